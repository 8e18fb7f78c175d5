//! The station's app.

fn main() {
    frontend::app::desk::start();
}
