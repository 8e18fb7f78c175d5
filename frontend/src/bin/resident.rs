//! The residents' app.

fn main() {
    frontend::app::resident::start();
}
