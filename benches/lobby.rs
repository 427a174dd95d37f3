//! What one visit costs the waiting room, from check-in to the end, beside up to ten thousand others who wait.

use std::hint::black_box;
use std::time::Instant;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use sfu_lobby::{AreaId, Change, DeviceState, Devices, EndedBy, Input, Limits, Lobby, Private, StaffId, TicketId};

criterion_group!(benches, visit);
criterion_main!(benches);

const AREA: AreaId = AreaId(1);

fn visit(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("lobby");
    for waiting in [10, 100, 1_000, 10_000] {
        let mut clinic = Clinic::with_waiting(waiting);
        group.bench_function(BenchmarkId::new("visit", waiting), |bencher| {
            bencher.iter(|| clinic.visit());
        });
    }
}

struct Clinic {
    lobby: Lobby,
    now: Instant,
}

impl Clinic {
    fn with_waiting(waiting: usize) -> Self {
        let limits = Limits { area_tickets_max: waiting + 1, area_finished_max: 10, ..Limits::default() };
        let mut clinic = Self { lobby: Lobby::new(limits), now: Instant::now() };
        clinic.does(Input::OpenArea { area: AREA });
        for _ in 0..waiting {
            clinic.checks_in();
        }
        clinic
    }

    fn visit(&mut self) {
        let ticket = self.checks_in();
        self.does(Input::Admit { ticket, staff: StaffId(1) });
        self.does(Input::GoIn { ticket });
        self.does(Input::End { ticket, by: EndedBy::Staff });
    }

    fn checks_in(&mut self) -> TicketId {
        let check_in = Input::CheckIn { area: AREA, name: Private::from("Ana"), language: "en".into() };
        let changes = self.lobby.handle(check_in, self.now).expect("there is room");
        let ticket = changes
            .iter()
            .find_map(|change| if let Change::CheckedIn { ticket } = change { Some(*ticket) } else { None });
        let ticket = ticket.expect("a check-in makes a ticket");
        let devices = Devices { camera: DeviceState::Works, microphone: DeviceState::Works, ..Devices::UNKNOWN };
        self.does(Input::SetUp { ticket, devices, done: true });
        ticket
    }

    fn does(&mut self, input: Input) {
        let _looked_at = black_box(self.lobby.handle(input, self.now).expect("the input fits"));
    }
}
