//! Keys on their way between pages: who may say something to whom, how much, and what is kept.

use super::*;
use crate::limits::{
    KEYS_TAKEN_BURST, KEYS_TAKEN_PER_SECOND, SEAL_BOX_CHARS_MAX, SEAL_BOXES_BURST, SEAL_BOXES_MAX,
    SEAL_BOXES_PER_SECOND, SEAL_HELLO_CHARS_MAX, SEAL_HELLOS_BURST,
};

fn seal_hello(hello: &str) -> Value {
    json!({"kind": "seal_hello", "hello": hello})
}

fn boxes(boxes: &[(u32, &str)]) -> Value {
    let boxes: Vec<Value> = boxes.iter().map(|(to, sealed)| json!({"to": to, "box": sealed})).collect();
    json!({"kind": "seal_boxes", "boxes": boxes})
}

fn taken(of: u32) -> Value {
    json!({"kind": "key_taken", "of": of, "generation": 7})
}

/// How many messages of others about keys a page has heard.
fn about_keys(page: &Page) -> usize {
    ["seal_hellos", "seal_box", "key_taken"].iter().map(|kind| page.heard(kind).len()).sum()
}

/// Both have their seat.
fn seated() -> (Clinic, Page, Page) {
    let (mut clinic, mut staff, mut ana) = Clinic::in_call();
    for page in [&mut staff, &mut ana] {
        page.say(&mut clinic, offer(1, "100"));
    }
    staff.forget();
    ana.forget();
    (clinic, staff, ana)
}

#[tokio::test(start_paused = true)]
async fn both_sides_of_a_room_hear_each_other_and_under_the_number_of_their_seat() {
    let (mut clinic, mut staff, mut ana) = seated();
    ana.say(&mut clinic, seal_hello("I am Ana"));
    assert_eq!(staff.heard("seal_hellos").remove(0)["hellos"], json!([{"peer": 1, "hello": "I am Ana"}]));
    assert_eq!(ana.heard("seal_hellos").remove(0)["hellos"], json!([]), "nobody else has said it");
    staff.say(&mut clinic, seal_hello("I am Lena"));
    assert_eq!(ana.heard("seal_hellos").remove(1)["hellos"], json!([{"peer": 2, "hello": "I am Lena"}]));
    staff.say(&mut clinic, boxes(&[(1, "for Ana"), (2, "for myself"), (3, "for nobody")]));
    let received = ana.heard("seal_box");
    assert_eq!(received, [json!({"kind": "seal_box", "from": 2, "box": "for Ana"})]);
    assert!(staff.heard("seal_box").is_empty());
    ana.say(&mut clinic, taken(2));
    assert_eq!(staff.heard("key_taken"), [json!({"kind": "key_taken", "by": 1, "generation": 7})]);
}

#[tokio::test(start_paused = true)]
async fn who_has_no_seat_says_and_hears_nothing() {
    let (mut clinic, mut staff, mut ana) = seated();
    let mut window = clinic.staff(1);
    let mut other = clinic.page(Some(2));
    other.say(&mut clinic, hello("staff", None));
    let mut ben = clinic.checked_in("Ben");
    for page in [&mut window, &mut other, &mut ben] {
        page.forget();
        for message in [seal_hello("me too"), boxes(&[(1, "x"), (2, "x")]), taken(1)] {
            page.forget();
            page.say(&mut clinic, message);
            assert_eq!(page.last_error(), "wrong_state");
        }
        page.forget();
    }
    assert_eq!((about_keys(&ana), about_keys(&staff)), (0, 0));
    ana.say(&mut clinic, seal_hello("I am Ana"));
    staff.say(&mut clinic, boxes(&[(1, "for Ana")]));
    for page in [&window, &other, &ben] {
        assert_eq!(about_keys(page), 0);
    }
    assert_eq!((about_keys(&ana), about_keys(&staff)), (2, 1));
}

#[tokio::test(start_paused = true)]
async fn a_hello_waits_for_whoever_comes_later_and_goes_with_the_consultation() {
    let (mut clinic, mut staff, mut ana) = Clinic::in_call();
    let (token, ticket) = (ana.token(), staff.last_ticket()["ticket"].clone());
    staff.say(&mut clinic, offer(1, "100"));
    staff.say(&mut clinic, seal_hello("I am Lena"));
    ana.say(&mut clinic, seal_hello("I am Ana"));
    clinic.close(&ana);
    let mut again = clinic.resumed(&token);
    again.say(&mut clinic, seal_hello("I am Ana, again"));
    assert_eq!(again.heard("seal_hellos").remove(0)["hellos"], json!([{"peer": 2, "hello": "I am Lena"}]));
    let heard = staff.heard("seal_hellos").pop().unwrap();
    assert_eq!(heard["hellos"], json!([{"peer": 1, "hello": "I am Ana, again"}]));

    staff.command(&mut clinic, json!({"action": "end", "ticket": ticket}));
    again.say(&mut clinic, json!({"kind": "rejoin", "name": "Ana"}));
    again.say(&mut clinic, seal_hello("I am Ana"));
    assert_eq!(again.last_error(), "wrong_state", "nobody has a seat in the line");
    staff.command(&mut clinic, json!({"action": "admit", "ticket": ticket}));
    again.forget();
    again.say(&mut clinic, seal_hello("I am Ana"));
    assert_eq!(again.heard("seal_hellos").pop().unwrap()["hellos"], json!([]), "another consultation, another hello");
}

#[tokio::test(start_paused = true)]
async fn what_is_too_long_or_too_much_is_refused_whole() {
    let (mut clinic, mut staff, mut ana) = seated();
    let long = |chars| "ü".repeat(chars);
    let many = |count| vec![(2, "x"); count];
    let too_long = long(SEAL_BOX_CHARS_MAX + 1);
    let bad = [
        seal_hello(""),
        seal_hello(&long(SEAL_HELLO_CHARS_MAX + 1)),
        boxes(&[(2, "x"), (2, "")]),
        boxes(&[(2, "x"), (2, &too_long)]),
        boxes(&many(SEAL_BOXES_MAX + 1)),
    ];
    for message in bad {
        ana.forget();
        ana.say(&mut clinic, message);
        assert_eq!(ana.last_error(), "bad_message");
    }
    assert_eq!(staff.everything(), "[]");
    ana.forget();
    ana.say(&mut clinic, seal_hello(&long(SEAL_HELLO_CHARS_MAX)));
    ana.say(&mut clinic, boxes(&many(SEAL_BOXES_MAX)));
    ana.say(&mut clinic, boxes(&[(2, &long(SEAL_BOX_CHARS_MAX))]));
    assert_eq!(staff.heard("seal_box").len(), SEAL_BOXES_MAX + 1);
    assert!(ana.heard("error").is_empty());
    staff.forget();
}

#[tokio::test(start_paused = true)]
async fn a_seat_says_so_much_about_keys_and_no_more() {
    let burst = |burst: u32| usize::try_from(burst).unwrap();
    for (message, kind, burst, per_second) in [
        (seal_hello("I am Ana"), "seal_hellos", burst(SEAL_HELLOS_BURST), 1),
        (boxes(&[(2, "x")]), "seal_box", burst(SEAL_BOXES_BURST), burst(SEAL_BOXES_PER_SECOND)),
        (taken(2), "key_taken", burst(KEYS_TAKEN_BURST), burst(KEYS_TAKEN_PER_SECOND)),
    ] {
        let (mut clinic, mut staff, mut ana) = seated();
        for _ in 0..burst + 5 {
            ana.say(&mut clinic, message.clone());
        }
        assert_eq!(staff.heard(kind).len(), burst, "{kind}");
        assert_eq!(ana.last_error(), "too_many");
        staff.forget();
        clinic.pass(Duration::from_secs(1));
        for _ in 0..per_second + 1 {
            ana.say(&mut clinic, message.clone());
        }
        assert_eq!(staff.heard(kind).len(), per_second, "{kind}");
    }
}
