//! The harness of the acceptance tests: a whole Linli in memory ([`app`]), people who use it over
//! HTTP ([`actor`], [`client`]), faults between server and store ([`faults`]), somebody who looks on
//! there ([`meetings`]), a meter of what the store consumes ([`capacity`]), the frame of what stands there ([`intercept`]), a `linli` process that can be killed ([`server`], [`crash`], [`kills`]), a
//! disk that fails under it ([`disk`]), a store that takes its time ([`slow`]), the functions of AWS with what calls them ([`rehearsal`]) and what they may do
//! ([`rights`]) by the template ([`template`]), homes with a door ([`homes`]), and communities that live by a seed ([`sim`]).

pub mod actor;
pub mod app;
pub mod capacity;
pub mod chance;
pub mod client;
pub mod crash;
pub mod described;
pub mod disk;
pub mod engine;
pub mod faults;
pub mod homes;
pub mod intercept;
pub mod kills;
pub mod length;
pub mod meetings;
pub mod network;
pub mod points;
pub mod redemptions;
pub mod rehearsal;
pub mod rights;
pub mod server;
pub mod sim;
pub mod slow;
pub mod template;
pub mod yaml;

pub use actor::Actor;
pub use app::TestApp;
pub use chance::Chance;
