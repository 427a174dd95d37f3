//! Prints what of the page is generated: `js/types.d.ts`, or `js/shapes.js` if its argument is `shapes`.

fn main() {
    let shapes = std::env::args().nth(1).is_some_and(|what| what == "shapes");
    print!("{}", if shapes { sfu_signal::export_shapes() } else { sfu_signal::export_typescript() });
}
