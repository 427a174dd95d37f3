//! A daemon in this process, with every port chosen by the system, and plain clients for it.

#![expect(dead_code, reason = "each test uses its part")]

pub(crate) mod program;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use sfu_daemon::{Daemon, Flags, Settings, staff_link};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::{HeaderValue, Response};
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Error, Message};

/// Nothing here takes this long unless it is broken.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct Clinic {
    pub(crate) settings: Settings,
    pub(crate) http: SocketAddr,
    pub(crate) https: Option<SocketAddr>,
    pub(crate) metrics: SocketAddr,
    pub(crate) stop: mpsc::Sender<()>,
    pub(crate) running: JoinHandle<()>,
}

impl Clinic {
    pub(crate) async fn open(name: &str) -> Self {
        Self::open_with(name, |_| {}).await
    }

    pub(crate) async fn open_with(name: &str, change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = Settings::load(Flags::default()).unwrap();
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        settings.data_dir = data_dir(name);
        (settings.listen, settings.https_listen, settings.metrics_listen) = (any, any, any);
        settings.https = false;
        (settings.media_port, settings.media_shards) = (0, 1);
        settings.media_addresses = vec!["127.0.0.1".parse().unwrap()];
        change(&mut settings);
        let daemon = Daemon::start(settings.clone()).await.unwrap();
        let (http, https, metrics) = (daemon.http(), daemon.https(), daemon.metrics());
        let (stop, stopped) = mpsc::channel(2);
        let running = tokio::spawn(daemon.run(stopped));
        Self { settings, http, https, metrics, stop, running }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.request(&format!("GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.http)).await
    }

    /// As the browser that was given this cookie.
    pub(crate) async fn get_as(&self, path: &str, cookie: &str) -> Answer {
        let host = self.http;
        self.request(&format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n"))
            .await
    }

    /// With our own origin, as a browser would.
    pub(crate) async fn post(&self, path: &str, headers: &str, body: &str) -> Answer {
        self.request(&self.post_text(path, headers, body)).await
    }

    /// The same, beside what comes next.
    pub(crate) fn spawn_post(&self, path: &str, headers: &str, body: &str) -> JoinHandle<Answer> {
        let (http, text) = (self.http, self.post_text(path, headers, body));
        tokio::spawn(async move { request(http, &text).await })
    }

    fn post_text(&self, path: &str, headers: &str, body: &str) -> String {
        let (host, length) = (self.http, body.len());
        format!(
            "POST {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nConnection: close\r\n\
             Content-Type: application/json\r\nContent-Length: {length}\r\n{headers}\r\n{body}"
        )
    }

    pub(crate) async fn request(&self, text: &str) -> Answer {
        request(self.http, text).await
    }

    /// The value of the sample `line`, a name with its labels as the daemon writes them. One that was never reported is a mistake of the test.
    pub(crate) async fn metric(&self, line: &str) -> f64 {
        let host = self.metrics;
        let all =
            request(host, &format!("GET /metrics HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")).await.body;
        let value = all.lines().find_map(|found| found.strip_prefix(line)?.trim().parse().ok());
        value.unwrap_or_else(|| panic!("there is no metric {line} in:\n{all}"))
    }

    /// A new staff link's token.
    pub(crate) fn link_token(&self) -> String {
        staff_link(&self.settings).unwrap().rsplit('#').next().unwrap().to_owned()
    }

    /// The cookie of a browser that has opened a staff link.
    pub(crate) async fn signed_in(&self) -> String {
        let answer = self.post("/staff/enrol", "", &json!({"token": self.link_token()}).to_string()).await;
        assert_eq!(answer.status, 204, "{}", answer.body);
        answer.header("set-cookie").unwrap().split(';').next().unwrap().to_owned()
    }

    pub(crate) async fn socket(&self, cookie: Option<&str>) -> Page {
        let origin = format!("http://{}", self.http);
        Page(self.upgrade(&origin, cookie).await.unwrap())
    }

    pub(crate) async fn upgrade(
        &self,
        origin: &str,
        cookie: Option<&str>,
    ) -> Result<WebSocketStream<TcpStream>, Box<Response<Option<Vec<u8>>>>> {
        let mut request = format!("ws://{}/ws", self.http).into_client_request().unwrap();
        let headers = request.headers_mut();
        headers.insert("origin", HeaderValue::from_str(origin).unwrap());
        headers.insert("sec-websocket-protocol", HeaderValue::from_static("anteroom.v1"));
        if let Some(cookie) = cookie {
            headers.insert("cookie", HeaderValue::from_str(cookie).unwrap());
        }
        let stream = TcpStream::connect(self.http).await.unwrap();
        match tokio_tungstenite::client_async(request, stream).await {
            Ok((socket, _)) => Ok(socket),
            Err(Error::Http(response)) => Err(response),
            Err(error) => panic!("{error}"),
        }
    }

    pub(crate) async fn staff(&self) -> Page {
        let cookie = self.signed_in().await;
        let mut page = self.socket(Some(&cookie)).await;
        page.say(hello("staff", None)).await;
        page.say(json!({"kind": "staff", "command": {"action": "watch", "area": "reception"}})).await;
        page.hear("queue").await;
        page
    }

    pub(crate) async fn patient(&self) -> Page {
        let mut page = self.socket(None).await;
        page.say(hello("patient", Some("reception"))).await;
        page.hear("area").await;
        page
    }

    /// All that the daemon has on disk.
    pub(crate) fn disk(&self) -> Vec<u8> {
        let files = std::fs::read_dir(&self.settings.data_dir).unwrap().flatten();
        files.flat_map(|file| std::fs::read(file.path()).unwrap()).collect()
    }
}

impl Drop for Clinic {
    fn drop(&mut self) {
        clean(&self.settings.data_dir);
    }
}

pub(crate) fn data_dir(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("anteroom-{name}-{}", std::process::id()));
    clean(&folder);
    folder
}

/// Deletes a data folder, and the key beside it.
pub(crate) fn clean(folder: &Path) {
    let _already_gone = std::fs::remove_dir_all(folder);
    let _already_gone = std::fs::remove_file(folder.with_extension("key"));
}

pub(crate) fn hello(role: &str, area: Option<&str>) -> Value {
    json!({"kind": "hello", "protocol": 1, "role": role, "area": area})
}

pub(crate) fn contains(haystack: &[u8], needle: &str) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle.as_bytes())
}

pub(crate) struct Page(pub(crate) WebSocketStream<TcpStream>);

impl Page {
    pub(crate) async fn say(&mut self, message: Value) {
        self.send(Message::text(message.to_string())).await;
    }

    pub(crate) async fn send(&mut self, message: Message) {
        self.0.send(message).await.unwrap();
    }

    /// The next message of a kind; others are passed over.
    pub(crate) async fn hear(&mut self, kind: &str) -> Value {
        self.hear_where(|message| message["kind"] == kind).await
    }

    pub(crate) async fn hear_where(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        let next = async {
            loop {
                match self.0.next().await {
                    Some(Ok(Message::Text(text))) => {
                        let message: Value = serde_json::from_str(&text).unwrap();
                        if wanted(&message) {
                            return message;
                        }
                    }
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                    other => panic!("instead of a message: {other:?}"),
                }
            }
        };
        tokio::time::timeout(PATIENCE, next).await.expect("a message in time")
    }

    /// How the daemon closes the connection; messages before that are passed over.
    pub(crate) async fn closed(&mut self) -> Option<u16> {
        let end = async {
            loop {
                match self.0.next().await {
                    Some(Ok(Message::Close(frame))) => return frame.map(|CloseFrame { code, .. }| code.into()),
                    Some(Ok(_)) => {}
                    Some(Err(_)) | None => return None,
                }
            }
        };
        tokio::time::timeout(PATIENCE, end).await.expect("an end in time")
    }
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut pairs = self.head.lines().filter_map(|line| line.split_once(": "));
        pairs.find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

pub(crate) async fn request(address: SocketAddr, text: &str) -> Answer {
    let mut stream = TcpStream::connect(address).await.unwrap();
    // Who is refused may find the connection closed before it has said everything.
    let _closed_early = stream.write_all(text.as_bytes()).await;
    answer(&mut stream).await
}

/// Everything until the daemon closes the connection.
pub(crate) async fn answer(stream: &mut (impl AsyncRead + Unpin)) -> Answer {
    let mut bytes = Vec::new();
    let _reset = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut bytes)).await.expect("an end in time");
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    Answer { status, head: head.to_owned(), body: body.to_owned() }
}
