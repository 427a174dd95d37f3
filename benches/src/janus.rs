//! Another server beside ours: a Janus of the distribution's, in a process of its own, whose video rooms the same
//! callers use as its own demos do, with one connection to send and one for each other person.

use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, io, process, thread};

use serde_json::{Value, json};

use crate::caller::Caller;
use crate::crowd::{Crowd, House, PATIENCE, Role};

/// A running Janus, ended when dropped.
pub struct Janus {
    child: Child,
    folder: PathBuf,
    address: IpAddr,
    api: SocketAddr,
    session: u64,
    transactions: u64,
    up: usize,
}

/// Nothing but the video rooms, and JSON over HTTP.
const CONFIG: &str = r#"
general: { session_timeout = 0, debug_level = 2 }
media: { rtp_port_range = "20000-60000" }
nat: { ice_lite = true, ice_enforce_list = "ADDRESS" }
plugins: { disable = "libjanus_audiobridge.so,libjanus_duktape.so,libjanus_echotest.so,libjanus_lua.so,libjanus_nosip.so,libjanus_recordplay.so,libjanus_sip.so,libjanus_streaming.so,libjanus_textroom.so,libjanus_videocall.so,libjanus_voicemail.so" }
transports: { disable = "libjanus_mqtt.so,libjanus_nanomsg.so,libjanus_pfunix.so,libjanus_rabbitmq.so,libjanus_websockets.so" }
"#;
const TRANSPORT: &str =
    r#"general: { json = "compact", base_path = "/janus", http = true, ip = "127.0.0.1", port = PORT, https = false }"#;

impl Janus {
    /// Starts one with its files in a new folder, and makes the house's rooms.
    ///
    /// # Errors
    /// What the system says, or that it does not come up.
    pub fn start(house: House) -> io::Result<Self> {
        let address = own_address()?;
        let folder = env::temp_dir().join(format!("anteroom-janus-{}", process::id()));
        fs::create_dir_all(&folder)?;
        let api = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?; // Free, for the moment that Janus needs.
        fs::write(folder.join("janus.jcfg"), CONFIG.replace("ADDRESS", &address.to_string()))?;
        fs::write(folder.join("janus.transport.http.jcfg"), TRANSPORT.replace("PORT", &api.port().to_string()))?;
        fs::write(folder.join("janus.plugin.videoroom.jcfg"), "")?;
        let log = fs::File::create(folder.join("log"))?;
        let started =
            Command::new("janus").arg("--configs-folder").arg(&folder).stdout(log).stderr(Stdio::null()).spawn();
        let child = started.inspect_err(|_| drop(fs::remove_dir_all(&folder)))?;
        let mut janus = Self { child, folder, address, api, session: 0, transactions: 0, up: 0 };
        janus.session = janus.come_up()?;
        let handle = janus.attach()?;
        for room in 0..house.rooms {
            let wish = json!({ "request": "create", "room": room + 1, "publishers": house.speakers, "bitrate": 0 });
            janus.message(handle, wish, None)?;
        }
        Ok(janus)
    }

    /// Waits until it answers, and opens a session. It listens before it takes requests.
    fn come_up(&mut self) -> io::Result<u64> {
        let began = Instant::now();
        loop {
            match self.ask("", json!({ "janus": "create" })) {
                Ok(answer) => return id(&answer["data"]),
                Err(error) if PATIENCE < began.elapsed() || self.child.try_wait()?.is_some() => {
                    let log = fs::read_to_string(self.folder.join("log"))?;
                    return Err(io::Error::other(format!("Janus does not come up: {error}, {log}")));
                }
                Err(_) => thread::sleep(Duration::from_millis(20)), // Nothing tells when it does.
            }
        }
    }

    /// The house's people: first their sending connections, then those that receive, one for each person received.
    ///
    /// # Errors
    /// What the system says, or Janus.
    pub fn crowd(&mut self, house: House) -> io::Result<Crowd<Caller>> {
        let people = || 0..house.everybody();
        let in_room = |room: usize| room * house.people..(room + 1) * house.people;
        let senders: Vec<usize> = people().filter(|person| house.speaks(*person)).collect();
        let receivers: Vec<usize> = people()
            .flat_map(|person| in_room(house.room(person)).filter(move |other| *other != person))
            .filter(|other| house.speaks(*other))
            .collect();
        let sending = senders.iter().map(|_| Role { speaks: true, listens: false });
        let receiving = receivers.iter().map(|_| Role { speaks: false, listens: true });
        let mut crowd = Crowd::seat(self.address, sending, |index, address| {
            let (handle, person) = (self.attach()?, senders[index]);
            let (mut caller, offer) = Caller::offer(address, true, 0, Instant::now());
            let wish = json!({
                "request": "joinandconfigure",
                "ptype": "publisher",
                "room": house.room(person) + 1,
                "id": person + 1,
            });
            caller.accept(sdp(&self.message(handle, wish, Some(("offer", &offer)))?)?);
            Ok(caller)
        })?;
        crowd.run(Crowd::all_connected)?;
        while self.up < senders.len() {
            self.listen()?; // Before that, nobody can be received.
        }
        crowd.add(self.address, receiving, |index, address| {
            let (handle, other) = (self.attach()?, receivers[index]);
            let wish = json!({
                "request": "join",
                "ptype": "subscriber",
                "room": house.room(other) + 1,
                "streams": [{ "feed": other + 1 }],
            });
            let offer = self.message(handle, wish, None)?;
            let (caller, answer) = Caller::answer(address, sdp(&offer)?, Instant::now());
            self.message(handle, json!({ "request": "start" }), Some(("answer", &answer)))?;
            Ok(caller)
        })?;
        Ok(crowd)
    }

    /// Which one it is.
    ///
    /// # Errors
    /// What the system says, or Janus.
    pub fn version(&mut self) -> io::Result<String> {
        let info = self.ask("", json!({ "janus": "info" }))?;
        Ok(info["version_string"].as_str().unwrap_or("of no version").to_owned())
    }

    /// Where the system counts what its threads take.
    #[must_use]
    pub fn tasks(&self) -> PathBuf {
        Path::new("/proc").join(self.child.id().to_string()).join("task")
    }

    fn attach(&mut self) -> io::Result<u64> {
        let wish = json!({ "janus": "attach", "plugin": "janus.plugin.videoroom" });
        id(&self.ask(&format!("/{}", self.session), wish)?["data"])
    }

    fn message(&mut self, handle: u64, body: Value, description: Option<(&str, &str)>) -> io::Result<Value> {
        let mut wish = json!({ "janus": "message", "body": body });
        if let Some((kind, sdp)) = description {
            wish["jsep"] = json!({ "type": kind, "sdp": sdp });
        }
        let answer = self.ask(&format!("/{}/{handle}", self.session), wish)?;
        let error = answer["plugindata"]["data"]["error"].as_str();
        error.map_or(Ok(()), |error| Err(io::Error::other(format!("Janus: {error}"))))?;
        Ok(answer)
    }

    /// Sends a request and waits for what comes of it; whatever else Janus has to tell is passed over.
    fn ask(&mut self, path: &str, mut request: Value) -> io::Result<Value> {
        self.transactions += 1;
        let transaction = json!(self.transactions.to_string());
        request["transaction"] = transaction.clone();
        let mut answer = self.exchange("POST", path, &request.to_string())?;
        while answer["transaction"] != transaction || answer["janus"] == json!("ack") {
            answer = self.listen()?;
        }
        if answer["janus"] == json!("error") { Err(io::Error::other(answer.to_string())) } else { Ok(answer) }
    }

    /// Waits for the next that it has to tell, and counts the connections that are up.
    fn listen(&mut self) -> io::Result<Value> {
        let told = self.exchange("GET", &format!("/{}?maxev=1", self.session), "")?;
        self.up += usize::from(told["janus"] == json!("webrtcup"));
        Ok(told)
    }

    /// One request and its answer, which ends with the connection (RFC 1945).
    fn exchange(&mut self, method: &str, path: &str, body: &str) -> io::Result<Value> {
        let mut api = TcpStream::connect(self.api)?;
        api.set_read_timeout(Some(PATIENCE))?;
        let head = format!("{method} /janus{path} HTTP/1.0\r\nContent-Length: {}\r\n\r\n", body.len());
        api.write_all((head + body).as_bytes())?;
        let mut answer = String::new();
        api.read_to_string(&mut answer)?;
        let (_, body) = answer.split_once("\r\n\r\n").ok_or(io::ErrorKind::UnexpectedEof)?;
        Ok(serde_json::from_str(body)?)
    }
}

impl Drop for Janus {
    fn drop(&mut self) {
        // It has nothing to save, and what cannot be ended or removed lies in the system's folder for such.
        let _ended = self.child.kill().and_then(|()| self.child.wait());
        let _removed = fs::remove_dir_all(&self.folder);
    }
}

/// An address of this machine that is not of its loopback, which Janus does not announce. What is sent there does not
/// leave the machine either.
fn own_address() -> io::Result<IpAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))?;
    socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9))?; // Reserved for examples (RFC 5737); nothing is sent.
    Ok(socket.local_addr()?.ip())
}

fn id(data: &Value) -> io::Result<u64> {
    data["id"].as_u64().ok_or_else(|| io::Error::other("Janus names no id"))
}

fn sdp(told: &Value) -> io::Result<&str> {
    told["jsep"]["sdp"].as_str().ok_or_else(|| io::Error::other(format!("Janus sends no SDP: {told}")))
}
