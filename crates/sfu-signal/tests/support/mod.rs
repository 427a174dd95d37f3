//! One example of every message, and the vocabulary as the page's declarations tell it.

#![expect(dead_code, reason = "each test takes what it needs")]

use sfu_signal::{
    AreaLook, AreaRules, AreaView, By, ClientMessage, ConnectionView, DeviceCheck, DeviceState, EndReason, Entry,
    ErrorCode, KeyOffer, KnownField, KnownItem, KnownUntil, KnownValue, LookFile, LookKind, MemoView, NetworkCheck,
    NetworkWay, NoteView, OpenSpan, OpeningHours, PROTOCOL_VERSION, PatientView, Presence, QueueTicket, RoomPeer, Seal,
    SealHelloView, SealedBox, SealedDevice, ServerMessage, SessionRole, SlotView, SourceName, StaffCommand,
    TicketState, TurnMessage, WantedLayer,
};

pub(crate) fn client_examples() -> Vec<ClientMessage> {
    let staff = |command| ClientMessage::Staff { command };
    let ticket = || "t7f3".to_owned();
    let area = || "reception".to_owned();
    vec![
        ClientMessage::Hello { protocol: PROTOCOL_VERSION, role: SessionRole::Patient, area: Some(area()) },
        ClientMessage::Hello { protocol: PROTOCOL_VERSION, role: SessionRole::Staff, area: None },
        ClientMessage::CheckIn {
            sealed: None,
            name: Some("Maria".to_owned()),
            language: "de".to_owned(),
            place: None,
            passcode: None,
            visit_link: None,
            guest_link: None,
        },
        ClientMessage::CheckIn {
            sealed: Some("opaque".to_owned()),
            name: None,
            language: "de".to_owned(),
            place: None,
            passcode: None,
            visit_link: None,
            guest_link: None,
        },
        ClientMessage::Resume { token: "opaque".to_owned(), sealed: Some("opaque".to_owned()) },
        ClientMessage::Rejoin { sealed: Some("opaque".to_owned()), name: None },
        ClientMessage::SetUp {
            devices: DeviceCheck {
                camera: DeviceState::Works,
                microphone: DeviceState::Silent,
                hears: Some(false),
                network: Some(network()),
            },
            done: true,
        },
        ClientMessage::Echo { request: 1, sdp: Some("v=0\r\n".to_owned()) },
        ClientMessage::Echo { request: 1, sdp: None },
        ClientMessage::GoIn,
        ClientMessage::NotYet,
        ClientMessage::TellMe { by: Some(By::Mail), to: Some("Maria@home.example".to_owned()) },
        ClientMessage::Leave,
        staff(StaffCommand::Watch { area: area() }),
        staff(StaffCommand::SetRules { area: area(), rules: rules() }),
        staff(StaffCommand::MakeVisitLink { area: area(), days: 7 }),
        staff(StaffCommand::Touched),
        staff(StaffCommand::SetPresence { area: area(), presence: Presence::Away, text: "Back at 10:30".to_owned() }),
        staff(StaffCommand::SetArea {
            area: area(),
            practice: "Praxis am Lindenhof".to_owned(),
            title: "Dr. Lena Hoffmann".to_owned(),
            help_phone: "030 1234".to_owned(),
        }),
        staff(StaffCommand::Admit { ticket: ticket() }),
        staff(StaffCommand::AddToCall { ticket: ticket() }),
        staff(StaffCommand::MakeGuestLink { ticket: ticket() }),
        staff(StaffCommand::JoinCall { ticket: ticket() }),
        staff(StaffCommand::LetGo { ticket: ticket() }),
        staff(StaffCommand::AskScreen { ticket: ticket() }),
        staff(StaffCommand::CancelCall { ticket: ticket() }),
        staff(StaffCommand::Hold { ticket: ticket() }),
        staff(StaffCommand::Unhold { ticket: ticket() }),
        staff(StaffCommand::Transfer {
            ticket: ticket(),
            to: "dermatology".to_owned(),
            sealed: Some("opaque".to_owned()),
            referral: Some("opaque".to_owned()),
        }),
        staff(StaffCommand::OfferKey {
            area: area(),
            sign: "opaque".to_owned(),
            kem: "opaque".to_owned(),
            label: "Firefox on reception-2".to_owned(),
        }),
        staff(StaffCommand::SetSeal {
            area: area(),
            root: "opaque".to_owned(),
            state: "opaque".to_owned(),
            moved: vec!["opaque".to_owned()],
            devices: vec![SealedDevice { certificate: "opaque".to_owned(), blobs: vec!["opaque".to_owned()] }],
        }),
        staff(StaffCommand::End { ticket: ticket() }),
        staff(StaffCommand::SetMemo { ticket: ticket(), sealed: Some("opaque".to_owned()) }),
        staff(StaffCommand::AddDevice { ticket: ticket(), name: "Ultrasound".to_owned() }),
        staff(StaffCommand::RemoveDevice { ticket: ticket(), device: 3 }),
        staff(StaffCommand::Remove { ticket: ticket(), reason: "Please call us, Maria".to_owned() }),
        ClientMessage::Offer {
            request: 1,
            sdp: "v=0\r\n".to_owned(),
            sources: [("0".to_owned(), SourceName::Microphone), ("1".to_owned(), SourceName::Camera)].into(),
        },
        ClientMessage::Mute { muted: true, camera_off: false },
        ClientMessage::View { slot: 1, height: 360 },
        ClientMessage::SealHello { hello: "opaque".to_owned() },
        ClientMessage::SealBoxes { boxes: vec![SealedBox { to: 2, sealed: "opaque".to_owned() }] },
        ClientMessage::KeyTaken { of: 2, generation: 7 },
        ClientMessage::Note { ticket: Some(ticket()), sealed: "opaque".to_owned(), copy: None },
        ClientMessage::WhatYouKnow,
        ClientMessage::Erase,
        ClientMessage::Ping,
    ]
}

fn network() -> NetworkCheck {
    NetworkCheck { way: NetworkWay::Tcp, loss_percent: 4, round_trip_ms: 80, kbit_s: 900 }
}

pub(crate) fn server_examples() -> Vec<ServerMessage> {
    let area = || "reception".to_owned();
    let patient = || PatientView {
        version: 4,
        state: TicketState::Removed,
        position: Some(2),
        waited_ms: 240_000,
        rejoin_ms: Some(1_200_000),
        clinician: Some("Dr. Lena Hoffmann".to_owned()),
        reason: Some("Please call us, Maria".to_owned()),
        guest: true,
        tell_by: vec![By::Mail, By::Sms],
        turn_message: TurnMessage::NotAsked,
    };
    let queued = || QueueTicket {
        ticket: "t7f3".to_owned(),
        sealed: Some("opaque".to_owned()),
        name: Some("Maria".to_owned()),
        language: "de".to_owned(),
        state: TicketState::Away,
        position: Some(1),
        waited_ms: 240_000,
        connection: ConnectionView::Lost,
        place_kept_ms: Some(540_000),
        camera: DeviceState::Denied,
        microphone: DeviceState::Works,
        hears: Some(true),
        network: Some(network()),
        needs_a_minute: false,
        clinician: None,
        mine: false,
        joined: false,
        guest_of: Some("t1".to_owned()),
        turn_message: TurnMessage::Asked,
    };
    vec![
        ServerMessage::Welcome {
            protocol: PROTOCOL_VERSION,
            now_ms: 1_790_000_000_000,
            countdown_ms: 3_000,
            me: None,
            role: None,
        },
        ServerMessage::Area {
            area: AreaView {
                slug: area(),
                practice: "Praxis am Lindenhof".to_owned(),
                title: "Dr. Lena Hoffmann".to_owned(),
                help_phone: "030 1234".to_owned(),
                presence: Presence::Busy,
                presence_text: String::new(),
                waiting: 2,
                full: false,
                hours: Some(hours()),
                out_of_hours: true,
                opens_ms: Some(1_790_000_000_000),
                closed_text: "In an emergency please call 112.".to_owned(),
                entry: Entry::Invited,
                look: Box::new(AreaLook {
                    accent: "#0b5a4c".to_owned(),
                    welcome: "Please have your **health card** ready.".to_owned(),
                    logo: Some(LookFile { hash: "0".repeat(64), kind: LookKind::Image }),
                    show: Some(LookFile { hash: "1".repeat(64), kind: LookKind::Pdf }),
                }),
                seal: Some(Seal {
                    root: "opaque".to_owned(),
                    state: "opaque".to_owned(),
                    moved: vec!["opaque".to_owned()],
                }),
            },
        },
        ServerMessage::CheckedIn { token: "opaque".to_owned(), patient: patient() },
        ServerMessage::Place { token: "b1f6".to_owned() },
        ServerMessage::Resumed { patient: patient() },
        ServerMessage::Patient { patient: patient() },
        ServerMessage::Queue { area: area(), version: 7, tickets: vec![queued()] },
        ServerMessage::QueueDelta {
            area: area(),
            version: 8,
            upserted: vec![queued()],
            removed: vec!["t1".to_owned()],
        },
        ServerMessage::SealDevices {
            area: area(),
            offers: vec![KeyOffer {
                sign: "opaque".to_owned(),
                kem: "opaque".to_owned(),
                label: "Firefox on reception-2".to_owned(),
            }],
            devices: vec![SealedDevice { certificate: "opaque".to_owned(), blobs: vec!["opaque".to_owned()] }],
        },
        ServerMessage::Memos { memos: vec![MemoView { ticket: "t7f3".to_owned(), sealed: Some("opaque".to_owned()) }] },
        ServerMessage::Rules { area: area(), rules: rules() },
        ServerMessage::VisitLink { area: area(), token: "0f1e".to_owned(), ends_ms: 1_790_000_000_000 },
        ServerMessage::CheckInsHeld { area: area(), shown_ms: 120_000 },
        ServerMessage::Notes {
            notes: vec![NoteView { ticket: Some("t7f3".to_owned()), sealed: "opaque".to_owned(), own: false }],
        },
        ServerMessage::Referral { referral: "opaque".to_owned() },
        ServerMessage::Echo { request: 1, sdp: Some("v=0\r\n".to_owned()) },
        ServerMessage::Echo { request: 1, sdp: None },
        ServerMessage::Answer { request: 1, sdp: "v=0\r\n".to_owned() },
        ServerMessage::Room {
            ticket: Some("t7f3".to_owned()),
            me: 1,
            muted: false,
            camera_off: true,
            peers: vec![RoomPeer {
                peer: 2,
                name: Some("Maria".to_owned()),
                ticket: Some("t7f3".to_owned()),
                staff: false,
                guest: false,
                device: false,
                muted: false,
                camera_off: true,
                connected: true,
                page_lost: false,
            }],
            slots: vec![SlotView {
                slot: 0,
                audio_mid: Some("2".to_owned()),
                video_mid: Some("3".to_owned()),
                peer: Some(2),
                source: Some(SourceName::Camera),
            }],
        },
        ServerMessage::GuestLink { ticket: "t7f3".to_owned(), token: "0f1e".to_owned() },
        ServerMessage::Speaking { peers: vec![1, 2], dominant: Some(2) },
        ServerMessage::LayersWanted {
            mid: "1".to_owned(),
            layers: vec![
                WantedLayer { rid: Some("q".to_owned()), wanted: true },
                WantedLayer { rid: None, wanted: false },
            ],
        },
        ServerMessage::SealHellos { hellos: vec![SealHelloView { peer: 2, hello: "opaque".to_owned() }] },
        ServerMessage::SealBox { from: 2, sealed: "opaque".to_owned() },
        ServerMessage::KeyTaken { by: 2, generation: 7 },
        ServerMessage::Known { now_ms: 1_790_000_000_000, items: known_items() },
        ServerMessage::Erased,
        ServerMessage::DeviceAdded {
            ticket: "t7f3".to_owned(),
            device: 3,
            publish: "/whip".to_owned(),
            play: "/whep".to_owned(),
            token: "0123456789abcdef0123456789abcdef".to_owned(),
        },
        ServerMessage::CallEnded { ticket: None, reason: EndReason::ClinicianEnded, lasted_ms: 61_000 },
        ServerMessage::Draining { within_ms: 1_800_000 },
        ServerMessage::Error { code: ErrorCode::BadOffer, text: "peer fault: no audio".to_owned(), request: Some(1) },
        ServerMessage::Pong,
    ]
}

/// All values of `tag` in the declaration of `name`.
pub(crate) fn kinds_of(types: &str, name: &str, tag: &str) -> Vec<String> {
    let declaration = types
        .split(&format!("export type {name} ="))
        .nth(1)
        .unwrap_or_default()
        .split("export type")
        .next()
        .unwrap_or_default();
    let tag = format!("\"{tag}\": \"");
    declaration.split(&tag).skip(1).map(|rest| rest.split('"').next().unwrap_or_default().to_owned()).collect()
}

/// All words of a declaration that is nothing but words.
pub(crate) fn words_of(types: &str, name: &str) -> Vec<String> {
    let declaration =
        types.split(&format!("export type {name} = ")).nth(1).unwrap_or_default().split(';').next().unwrap_or_default();
    declaration.split(" | ").map(|word| word.trim_matches('"').to_owned()).collect()
}

fn known_items() -> Vec<KnownItem> {
    let item = |what, value, until| KnownItem { what, value, since_ms: Some(1_789_999_000_000), until };
    let at_ms = 1_790_000_900_000;
    vec![
        item(KnownField::Name, KnownValue::Bytes { bytes: 5 }, KnownUntil::End),
        item(KnownField::State, KnownValue::State { state: TicketState::InCall }, KnownUntil::Forgotten),
        item(KnownField::Camera, KnownValue::Device { device: DeviceState::Works }, KnownUntil::Forgotten),
        item(KnownField::Muted, KnownValue::Flag { yes: false }, KnownUntil::Call),
        item(KnownField::Language, KnownValue::Text { text: "de".to_owned() }, KnownUntil::At { at_ms }),
        item(KnownField::LostAt, KnownValue::Time { at_ms }, KnownUntil::Page),
        item(
            KnownField::File,
            KnownValue::File { mine: true, bytes: 70_000, size_class: 17, offer_bytes: 250 },
            KnownUntil::At { at_ms },
        ),
        item(KnownField::Number, KnownValue::Count { count: 7 }, KnownUntil::Log),
        item(KnownField::Reason, KnownValue::Nothing, KnownUntil::Forgotten),
    ]
}

fn hours() -> OpeningHours {
    OpeningHours { zone: "Europe/Berlin".to_owned(), spans: vec![OpenSpan { day: 1, from: 480, to: 720 }] }
}

fn rules() -> AreaRules {
    AreaRules {
        hours: Some(hours()),
        closed_text: "In an emergency please call 112.".to_owned(),
        waiting_max: Some(20),
        entry: Entry::Passcode,
        passcode: "Linden2026".to_owned(),
    }
}
