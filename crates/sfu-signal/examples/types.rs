//! Prints the page's `js/types.d.ts`: `cargo run -p sfu-signal --example types > sfu-daemon/web/js/types.d.ts`.

fn main() {
    print!("{}", sfu_signal::export_typescript());
}
