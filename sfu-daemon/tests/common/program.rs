//! The program in a process of its own, as an operator runs it.

#![expect(dead_code, reason = "each test uses its part")]

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::json;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::HeaderValue;

use crate::common::{Page, hello, request};

pub(crate) fn anteroom() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_anteroom"));
    for variable in ["JOURNAL_STREAM", "STATE_DIRECTORY"] {
        command.env_remove(variable);
    }
    command
}

/// What a command says about a data folder, and whether it succeeded.
pub(crate) fn run(folder: &Path, words: &[&str]) -> (bool, String) {
    let output = anteroom().args(words).arg("--data-dir").arg(folder).output().unwrap();
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    (output.status.success(), said.concat())
}

/// What one says that must not fail.
pub(crate) fn said(folder: &Path, words: &[&str]) -> String {
    let (is_done, said) = run(folder, words);
    assert!(is_done, "{words:?}: {said}");
    said
}

/// With every port chosen by the system, unless arguments say otherwise.
pub(crate) fn quiet(folder: &Path) -> Command {
    let mut command = anteroom();
    command.envs([
        ("ANTEROOM_LISTEN", "127.0.0.1:0"),
        ("ANTEROOM_METRICS_LISTEN", "127.0.0.1:0"),
        ("ANTEROOM_HTTPS", "false"),
        ("ANTEROOM_MEDIA_PORT", "0"),
        ("ANTEROOM_MEDIA_SHARDS", "1"),
    ]);
    command.arg("--data-dir").arg(folder);
    command
}

/// The program in a process of its own, which ends with this value.
pub(crate) struct Program {
    pub(crate) child: Child,
    pub(crate) http: SocketAddr,
    /// If it speaks it.
    pub(crate) https: Option<SocketAddr>,
    pub(crate) metrics: SocketAddr,
    pub(crate) staff_token: String,
    /// What it printed up to the staff link.
    pub(crate) welcome: String,
    log: std::sync::mpsc::Receiver<String>,
}

impl Program {
    pub(crate) fn start(folder: &Path, arguments: &[&str]) -> Self {
        let mut child = quiet(folder).args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap());
        let mut listening = String::new();
        while !listening.contains("listening") {
            listening.clear();
            assert_ne!(log.read_line(&mut listening).unwrap(), 0, "ended before it listened");
        }
        let address = |name: &str| {
            let mut words = listening.split_whitespace();
            words.find_map(|word| word.strip_prefix(name)?.trim_matches('"').parse().ok())
        };
        let (http, https, metrics) = (address("http=").unwrap(), address("https="), address("metrics=").unwrap());
        let (mut staff_token, mut welcome) = (String::new(), String::new());
        for line in BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok) {
            welcome.push_str(&line);
            welcome.push('\n');
            if let Some((_, token)) = line.split_once("/staff/enrol#") {
                staff_token = token.to_owned();
                break;
            }
        }
        let (lines, rest) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let mut text = String::new();
            let _ended = log.read_to_string(&mut text);
            let _nobody_listens = lines.send(text);
        });
        Self { child, http, https, metrics, staff_token, welcome, log: rest }
    }

    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill").args(["-s", name, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// The exit code and the log, once it has ended by itself.
    pub(crate) fn end(&mut self) -> (Option<i32>, String) {
        let log = self.log.recv_timeout(Duration::from_secs(20)).expect("an end in time");
        (self.child.wait().unwrap().code(), log)
    }

    /// What the metrics listener says to a path.
    pub(crate) async fn status(&self, path: &str) -> u16 {
        let host = self.metrics;
        request(host, &format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")).await.status
    }

    /// The value of one sample of the metrics; 0 if it was never reported.
    pub(crate) async fn metric(&self, line: &str) -> f64 {
        let host = self.metrics;
        let all = request(host, &format!("GET /metrics HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")).await;
        all.body.lines().find_map(|found| found.strip_prefix(line)?.trim().parse().ok()).unwrap_or(0.0)
    }

    pub(crate) async fn socket(&self, cookie: Option<&str>) -> Page {
        let mut request = format!("ws://{}/ws", self.http).into_client_request().unwrap();
        let headers = request.headers_mut();
        headers.insert("origin", HeaderValue::from_str(&format!("http://{}", self.http)).unwrap());
        headers.insert("sec-websocket-protocol", HeaderValue::from_static("anteroom.v1"));
        if let Some(cookie) = cookie {
            headers.insert("cookie", HeaderValue::from_str(cookie).unwrap());
        }
        let stream = TcpStream::connect(self.http).await.unwrap();
        Page(tokio_tungstenite::client_async(request, stream).await.unwrap().0)
    }

    pub(crate) async fn patient(&self) -> Page {
        let mut page = self.socket(None).await;
        page.say(hello("patient", Some("reception"))).await;
        page.hear("area").await;
        page
    }

    pub(crate) async fn staff(&self) -> Page {
        self.staff_with(&self.enrol().await).await
    }

    /// Uses the staff link, and gives the cookie.
    pub(crate) async fn enrol(&self) -> String {
        let (host, body) = (self.http, json!({"token": self.staff_token}).to_string());
        let answer = request(
            host,
            &format!(
                "POST /staff/enrol HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nConnection: close\r\n\
                 Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            ),
        )
        .await;
        answer.header("set-cookie").expect("a cookie").split(';').next().unwrap().to_owned()
    }

    pub(crate) async fn staff_with(&self, cookie: &str) -> Page {
        let mut page = self.socket(Some(cookie)).await;
        page.say(hello("staff", None)).await;
        page.say(json!({"kind": "staff", "command": {"action": "watch", "area": "reception"}})).await;
        page.hear("queue").await;
        page
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _already_gone = self.child.kill();
        let _reaped = self.child.wait();
    }
}
