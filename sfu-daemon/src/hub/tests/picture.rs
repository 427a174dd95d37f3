//! Sizes, layers and voices, on their way between pages and shards.

use sfu_core::limits::SLOTS_MAX;
use sfu_core::{Source as Carries, View, WantedLayer};

use super::*;

fn view(slot: usize, height: u16) -> Value {
    json!({"kind": "view", "slot": slot, "height": height})
}

fn told(participant: u64, slot: usize, view: View) -> String {
    format!("{:?}", Command::SetView { participant: ParticipantId(participant), slot, view })
}

#[tokio::test(start_paused = true)]
async fn how_large_a_slot_is_shown_reaches_the_shard_once_for_each_change() {
    let (mut clinic, mut staff, mut ana) = Clinic::in_call();
    for page in [&mut staff, &mut ana] {
        page.say(&mut clinic, offer(1, "100"));
    }
    clinic.commands();
    for message in [view(0, 720), view(0, 720), view(0, 360), view(1, 0)] {
        staff.say(&mut clinic, message);
    }
    let expected = [told(2, 0, View::Height(720)), told(2, 0, View::Height(360)), told(2, 1, View::Hidden)];
    assert_eq!(clinic.commands(), expected);
    ana.say(&mut clinic, view(SLOTS_MAX - 1, 90));
    assert_eq!(clinic.commands(), [told(1, SLOTS_MAX - 1, View::Height(90))]);
}

#[tokio::test(start_paused = true)]
async fn a_view_of_a_slot_that_no_offer_can_have_is_refused() {
    let (mut clinic, _staff, mut ana) = Clinic::in_call();
    ana.say(&mut clinic, offer(1, "100"));
    clinic.commands();
    for slot in [SLOTS_MAX, u32::MAX as usize] {
        ana.say(&mut clinic, view(slot, 360));
        assert_eq!(ana.last_error(), "bad_message");
    }
    assert!(clinic.commands().is_empty());
    let mut ben = clinic.checked_in("Ben");
    ben.say(&mut clinic, view(0, 360));
    assert_eq!(ben.last_error(), "wrong_state");
}

#[tokio::test(start_paused = true)]
async fn a_window_that_only_watches_does_not_change_what_is_sent() {
    let (mut clinic, mut staff, _ana) = Clinic::in_call();
    staff.say(&mut clinic, offer(1, "100"));
    clinic.commands();
    let mut window = clinic.staff(1);
    window.say(&mut clinic, view(0, 0));
    assert!(clinic.commands().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_new_session_begins_without_the_old_ones_views() {
    let (mut clinic, _staff, mut ana) = Clinic::in_call();
    ana.say(&mut clinic, offer(1, "100"));
    ana.say(&mut clinic, view(0, 360));
    ana.say(&mut clinic, offer(2, "200"));
    clinic.commands();
    ana.say(&mut clinic, view(0, 360));
    assert_eq!(clinic.commands(), [told(3, 0, View::Height(360))], "the shard has never heard of it");
}

#[tokio::test(start_paused = true)]
async fn views_that_wait_for_a_busy_shard_do_not_pile_up() {
    let (mut clinic, _staff, mut ana) = Clinic::in_call();
    ana.say(&mut clinic, offer(1, "100"));
    clinic.commands();
    clinic.hub.calls.commands.is_stuck = true;
    for height in 1..=1_000 {
        ana.say(&mut clinic, view(0, height));
    }
    clinic.hub.calls.commands.is_stuck = false;
    clinic.pass(Duration::from_secs(1));
    assert_eq!(clinic.commands(), [told(1, 0, View::Height(1_000))]);
}

#[tokio::test(start_paused = true)]
async fn the_page_is_told_which_of_its_layers_are_needed_also_after_an_outage() {
    let (mut clinic, staff, mut ana) = Clinic::in_call();
    ana.say(&mut clinic, offer(1, "100"));
    let layer = |rid: &str, wanted| WantedLayer { rid: Some(rid.to_owned()), wanted };
    let wanted = |layers| Media_::LayersWanted {
        participant: ParticipantId(1),
        mid: "1".to_owned(),
        source: Carries::Camera,
        layers,
    };
    clinic.hub.media_event(wanted(vec![layer("q", true), layer("h", true), layer("f", true)]));
    clinic.hub.media_event(wanted(vec![layer("q", true), layer("h", false), layer("f", false)]));
    let expected = json!({"kind": "layers_wanted", "mid": "1", "layers": [
        {"rid": "q", "wanted": true}, {"rid": "h", "wanted": false}, {"rid": "f", "wanted": false},
    ]});
    assert_eq!(ana.heard("layers_wanted").pop().unwrap(), expected);
    assert!(staff.heard("layers_wanted").is_empty());

    let token = ana.token();
    clinic.close(&ana);
    let mut again = clinic.resumed(&token);
    assert_eq!(again.heard("layers_wanted"), [expected], "the newest, once");

    again.say(&mut clinic, offer(1, "200"));
    again.forget();
    clinic.hub.media_event(wanted(vec![layer("q", true)]));
    assert!(again.heard("layers_wanted").is_empty(), "the session that it was about is over");
}

#[tokio::test(start_paused = true)]
async fn both_sides_are_told_who_speaks() {
    let (mut clinic, mut staff, mut ana) = Clinic::in_call();
    ana.say(&mut clinic, offer(1, "100"));
    staff.forget();
    let speaking = |participant, speaking| Media_::Speaking { participant: ParticipantId(participant), speaking };
    clinic.hub.media_event(speaking(1, true));
    clinic.hub.media_event(speaking(1, true));
    assert_eq!(staff.heard("speaking").len(), 1, "only what changes is told");
    let room = clinic.hub.calls.room_of(ParticipantId(1)).unwrap();
    let room = sfu_core::RoomId(room.0);
    clinic.hub.media_event(Media_::DominantSpeaker { room, participant: Some(ParticipantId(1)) });
    clinic.hub.media_event(speaking(2, true));
    let expected = json!({"kind": "speaking", "peers": [1, 2], "dominant": 1});
    assert_eq!(staff.heard("speaking").pop().unwrap(), expected);
    assert_eq!(ana.heard("speaking").pop().unwrap(), expected);

    let token = ana.token();
    clinic.close(&ana);
    assert_eq!(clinic.resumed(&token).heard("speaking"), [expected]);
    clinic.hub.media_event(Media_::Left { participant: ParticipantId(1), reason: sfu_core::LeftReason::Timeout });
    let after = staff.heard("speaking").pop().unwrap();
    assert_eq!((&after["peers"], &after["dominant"]), (&json!([2]), &json!(1)), "who left does not speak");
}

#[tokio::test(start_paused = true)]
async fn a_slot_says_whether_it_carries_a_camera_or_a_screen() {
    let (mut clinic, _staff, mut ana) = Clinic::in_call();
    ana.say(&mut clinic, offer(1, "100"));
    for (slot, source) in [(0, Carries::Camera), (1, Carries::Screen)] {
        clinic.hub.media_event(Media_::SlotAssigned {
            viewer: ParticipantId(1),
            slot,
            audio_mid: None,
            video_mid: Some(slot.to_string()),
            publisher: Some(ParticipantId(2)),
            source: Some(source),
        });
    }
    let slots = ana.heard("room").pop().unwrap()["slots"].clone();
    assert_eq!((&slots[0]["source"], &slots[1]["source"]), (&json!("camera"), &json!("screen")));
    assert_eq!((&slots[0]["peer"], &slots[1]["peer"]), (&json!(2), &json!(2)));
}
