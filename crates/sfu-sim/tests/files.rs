//! Files over bad networks: over data channels, through the core and the relay.

mod visit;

use sfu_sim::secs;
use visit::{ANA, Visit};

#[test]
fn a_file_arrives_whole_however_many_packets_are_lost() {
    for loss_percent in [0, 1, 3, 5] {
        let mut visit = Visit::begin(u64::from(loss_percent), loss_percent, Vec::new());
        visit.exchange_four_files(40);
        visit.run_until_all_is_whole(secs(60));
        assert_eq!(visit.sfu.stats().limited, 0, "{loss_percent} %: nobody says more than may be said");
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
