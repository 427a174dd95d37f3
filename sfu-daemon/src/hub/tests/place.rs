//! A place in line outlasts the process. Each clinic here has the same key, so that opening another one is a restart.

use super::*;
use crate::limits::{PLACE_AGE_MAX, PLACES_RESTORED_FOR, SPENT_PLACES_MAX};

#[tokio::test(start_paused = true)]
async fn after_a_restart_patients_have_their_old_places_whoever_comes_back_first() {
    let mut after = Clinic::open();
    let tokens = [300, 200, 100].map(|ago| after.token(1, Duration::from_secs(ago)));
    let staff = after.staff(1);
    let newcomer = after.checked_in("Dan");
    let [ana, ben, cleo] = &tokens;
    let pages = [(cleo, "Cleo"), (ana, "Ana"), (ben, "Ben")].map(|(token, name)| after.back(token, name));
    assert_eq!(pages.map(|page| page.position(&after)), [3, 1, 2]);
    assert_eq!(newcomer.position(&after), 4, "who came after the restart is behind those who waited before it");
    assert_eq!(staff.line(), ["Ana", "Ben", "Cleo", "Dan"]);
    assert_eq!((after.hub.lobby.stats().checked_in, after.hub.lobby.stats().restored), (1, 3));
}

#[tokio::test(start_paused = true)]
async fn the_wait_before_the_restart_counts() {
    let mut clinic = Clinic::open();
    let staff = clinic.staff(1);
    let token = clinic.token(1, Duration::from_secs(300));
    let ana = clinic.back(&token, "Ana");
    let waited = ana.heard("checked_in")[0]["patient"]["waited_ms"].as_u64().unwrap();
    assert!((300_000..310_000).contains(&waited), "{waited}");
    assert!(300_000 <= staff.last_ticket()["waited_ms"].as_u64().unwrap());
}

/// The clinic closed while the daemon was away, or its hours ended: those who were inside are still served.
#[tokio::test(start_paused = true)]
async fn a_place_is_given_again_where_the_area_is_closed() {
    let mut clinic = Clinic::open();
    let token = clinic.token(1, Duration::from_secs(300));
    let mut staff = clinic.staff(1);
    staff
        .command(&mut clinic, json!({"action": "set_presence", "area": "reception", "presence": "closed", "text": ""}));
    assert_eq!(clinic.back(&token, "Ana").position(&clinic), 1);
    let mut ben = clinic.patient("reception");
    ben.say(&mut clinic, json!({"kind": "check_in", "name": "Ben", "language": "en"}));
    assert_eq!(ben.last_error(), "area_closed");
}

#[tokio::test(start_paused = true)]
async fn one_token_in_two_tabs_is_one_place_after_a_restart_too() {
    let mut clinic = Clinic::open();
    let staff = clinic.staff(1);
    let token = clinic.token(1, Duration::from_secs(300));
    let old = clinic.back(&token, "Ana");
    let new = clinic.back(&token, "Anna");
    assert_eq!((old.last_error().as_str(), old.closed()), ("replaced", Some(CLOSE_POLICY)));
    assert_eq!(new.heard("resumed").len(), 1);
    assert_eq!(staff.line(), ["Anna"], "one person, called as they said last");
    assert_eq!(clinic.resumed(&token).heard("resumed").len(), 1, "the token proves the place again");
}

#[tokio::test(start_paused = true)]
async fn a_token_that_is_worth_nothing_makes_a_check_in_like_any_other() {
    let foreign = PlaceKey::new(&[4; 32]).token(&Place::new(1, crate::now_ns()).unwrap());
    let mut clinic = Clinic::open();
    let _first = clinic.checked_in("First");
    let minute = Duration::from_secs(60);
    let [old, elsewhere, good] =
        [(1, PLACE_AGE_MAX + minute), (99, minute), (1, minute)].map(|(area, age)| clinic.token(area, age));
    let from_the_future = clinic.hub.place_key.token(&Place::new(1, crate::now_ns() + 60_000_000_000).unwrap());
    for (token, position) in
        [("", 2), ("b1f6c3", 3), (&*foreign, 4), (&*old, 5), (&*elsewhere, 6), (&*from_the_future, 7)]
    {
        assert_eq!(clinic.back(token, "Late").position(&clinic), position, "{token}");
    }
    clinic.pass(PLACES_RESTORED_FOR);
    assert_eq!(clinic.back(&good, "Late").position(&clinic), 8, "too late");
    assert_eq!(clinic.hub.lobby.stats().restored, 0);
}

/// As far as a server can know that keeps nothing: of what ended before the restart it knows nothing.
#[tokio::test(start_paused = true)]
async fn a_place_that_has_ended_since_the_restart_does_not_come_again() {
    let mut clinic = Clinic::open();
    let _first = clinic.checked_in("First");
    let [left, erased] = [1, 2].map(|minutes| clinic.token(1, Duration::from_secs(60 * minutes)));
    let mut ana = clinic.back(&left, "Ana");
    assert_eq!(ana.position(&clinic), 1);
    ana.say(&mut clinic, json!({"kind": "leave"}));
    assert_eq!(clinic.back(&left, "Ana").position(&clinic), 2, "over, and not yet forgotten");
    let mut ben = clinic.back(&erased, "Ben");
    ben.say(&mut clinic, json!({"kind": "erase"}));
    assert_eq!(clinic.back(&erased, "Ben").position(&clinic), 3, "forgotten");
    clinic.pass(HOUR);
    clinic.checked_in("Last").say(&mut clinic, json!({"kind": "erase"}));
    assert!(clinic.hub.spent.is_empty(), "what ended is remembered for as long as places are given again");
}

/// Beyond `SPENT_PLACES_MAX`.
#[tokio::test(start_paused = true)]
async fn more_ends_than_are_remembered_end_the_giving_again() {
    let mut clinic = Clinic::open();
    let token = clinic.token(1, Duration::from_secs(60));
    for number in 0..=SPENT_PLACES_MAX {
        clinic.hub.spend(TokenHash::of(&number.to_string()));
    }
    assert!(clinic.hub.spent.is_empty());
    let _first = clinic.checked_in("First");
    assert_eq!(clinic.back(&token, "Ana").position(&clinic), 2);
}

#[tokio::test(start_paused = true)]
async fn a_restart_brings_nobody_back_from_where_they_were_handed_over_to() {
    let mut before = Clinic::open();
    let mut staff = before.staff(1);
    let mut ana = before.checked_in("Ana");
    let first = ana.token();
    let ticket = staff.last_ticket()["ticket"].clone();
    staff.command(&mut before, json!({"action": "transfer", "ticket": ticket, "to": "annex"}));
    let second = ana.heard("place").pop().expect("a token for the other area")["token"].as_str().unwrap().to_owned();
    assert_eq!(before.resumed(&first).heard("resumed").len(), 1, "the one before proves the place as well");
    drop(before);
    let mut after = Clinic::open();
    let ana = after.back(&second, "Ana");
    assert_eq!(ana.last("area")["slug"], "annex");
    assert_eq!(after.hub.lobby.waiting(AreaId(2)), 1);
}

#[tokio::test(start_paused = true)]
async fn places_that_come_again_count_as_check_ins_of_their_source() {
    let mut clinic = Clinic::open();
    for _ in 0..CHECK_INS_MAX {
        let token = clinic.token(1, Duration::from_secs(60));
        let _there = clinic.back(&token, "Ana");
    }
    let token = clinic.token(1, Duration::from_secs(60));
    assert_eq!(clinic.back(&token, "Ana").last_error(), "too_many");
    clinic.pass(Duration::from_secs(60));
    assert!(!clinic.back(&token, "Ana").heard("checked_in").is_empty(), "a minute later it is worth as much");
}

impl Clinic {
    /// Of a place that the process before gave so long ago.
    fn token(&self, area: u32, age: Duration) -> String {
        let since_ns = crate::now_ns() - u64::try_from(age.as_nanos()).unwrap();
        self.hub.place_key.token(&Place::new(area, since_ns).unwrap())
    }

    /// As a page comes back after a restart: its place is not known, so it checks in with what it has.
    fn back(&mut self, token: &str, name: &str) -> Page {
        let mut page = self.patient("reception");
        page.say(self, json!({"kind": "check_in", "name": name, "language": "en", "place": token}));
        page
    }
}

impl Page {
    fn position(&self, clinic: &Clinic) -> u32 {
        let Who::Patient { ticket: Some(ticket), .. } = clinic.hub.sockets[&self.id].who else { panic!("no visit") };
        clinic.hub.lobby.position(ticket).unwrap()
    }

    /// The names in line, as staff were told.
    fn line(&self) -> Vec<String> {
        let mut line = BTreeMap::new();
        for delta in self.heard("queue_delta") {
            for ticket in delta["upserted"].as_array().unwrap() {
                line.insert(ticket["ticket"].to_string(), ticket.clone());
            }
        }
        let mut line: Vec<_> = line.into_values().collect();
        line.sort_by_key(|ticket| ticket["position"].as_u64());
        line.iter().map(|ticket| ticket["name"].as_str().unwrap().to_owned()).collect()
    }
}
