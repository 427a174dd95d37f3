//! Files over bad networks: over data channels, through the core and the relay.

mod visit;

use sfu_sim::{millis, secs};
use visit::{ANA, Visit};

#[test]
fn a_file_arrives_whole_however_many_packets_are_lost() {
    for (loss_percent, chunks) in [(0, 40), (1, 40), (3, 40), (5, 40), (10, 20)] {
        let mut visit = Visit::begin(u64::from(loss_percent), loss_percent, Vec::new());
        visit.exchange_four_files(chunks);
        visit.run_until_all_is_whole(secs(90));
        assert_eq!(visit.sfu.stats().limited, 0, "{loss_percent} %: nobody says more than may be said");
    }
}

#[test]
fn after_an_outage_files_go_on_within_seconds() {
    // Whoever it is, the files that come to them go on.
    for (seed, outage) in [(1, 8), (2, 8), (3, 12), (4, 12)] {
        let end = secs(4 + outage);
        let mut visit = Visit::begin(seed, 1, vec![secs(4)..end]);
        visit.exchange_four_files(40);
        visit.run(end - visit.passed());
        let before = visit.progress();
        visit.run(millis(4_500));
        let after = visit.progress();
        let gained: Vec<u32> = before.iter().zip(&after).map(|(before, after)| after - before).collect();
        assert!(gained.chunks(2).all(|both_files| both_files.iter().any(|chunks| 0 < *chunks)), "{seed}: {gained:?}");
        visit.run_until_all_is_whole(secs(60));
        assert_eq!(visit.sfu.stats().limited, 0, "what was asked for meanwhile is not too much at once");
    }
}

#[test]
fn a_router_that_forgets_its_mappings_in_the_middle_costs_no_byte() {
    let mut visit = Visit::begin(7, 1, Vec::new());
    visit.exchange_four_files(40);
    visit.run(secs(3));
    visit.assert_is_in_the_middle();
    visit.rebind(ANA);
    visit.run_until_all_is_whole(secs(60));
}
