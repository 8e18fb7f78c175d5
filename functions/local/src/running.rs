//! One running Linli: how its parts come up, in which order they go down.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use aws_sdk_dynamodb::config::SharedInterceptor;
use axum::serve::ListenerExt;
use service::Ctx;
use service::ctx::{Clock, Ids, SystemIds};
use service::notify::channel::Outside;
use service::notify::wechat::Programme;
use service::secret::Secret;
use store::{Store, upgrade};
use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::alerts_stream::Streams;
use crate::clock::{Begin, LocalClock};
use crate::data::{FORMAT, Folder};
use crate::database::{Door, Embedded};
use crate::helpers::Helpers;
use crate::loops::{Loops, keep_tidy};
use crate::outbox::OutboxFile;
use crate::seed;
use crate::site::Site;
use crate::stop::Stop;
use crate::web;

/// The table's name.
pub const TABLE: &str = "linli";
/// The file in the data folder that holds the table.
pub const DATABASE: &str = "linli.db";
/// How long requests under way may take to finish once it is time to stop.
const PATIENCE: Duration = Duration::from_secs(10);

/// Where the data lies.
#[derive(Clone, Debug, Default)]
pub enum Place {
    /// Nowhere beyond the process; for tests.
    #[default]
    Memory,
    /// The same, beginning with what [`Opened::write_to`] wrote into this file.
    Copy(PathBuf),
    Folder(PathBuf),
}

/// How to start. The default is an empty store in memory on a free port of 127.0.0.1.
pub struct Options {
    pub place: Place,
    pub host: IpAddr,
    /// 0: any that is free.
    pub port: u16,
    pub site: Site,
    /// Write the demo community into a store that has no community.
    pub seed: bool,
    /// Answer under `/_local/`, which gives codes away.
    pub helpers: bool,
    pub clock: Begin,
    /// Let the relay, the sweeper and what takes away items past their time run by themselves. The
    /// last goes by the time of day, whatever [`Options::clock`] says.
    pub loops: bool,
    /// Stands between every call and the store: faults, for tests.
    pub interceptor: Option<SharedInterceptor>,
    /// Where the server's own ids get their chance from.
    pub ids: Arc<dyn Ids>,
    /// Servers of messages to browsers beside those that are known.
    pub push_services: Vec<String>,
    /// A store in another DynamoDB than the embedded one, for tests.
    pub elsewhere: Option<Store>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            place: Place::Memory,
            host: Ipv4Addr::LOCALHOST.into(),
            port: 0,
            site: Site::default(),
            seed: false,
            helpers: true,
            clock: Begin::Now,
            loops: true,
            interceptor: None,
            ids: Arc::new(SystemIds),
            push_services: Vec::new(),
            elsewhere: None,
        }
    }
}

/// The store and what use cases are given, without anybody listening yet.
pub struct Opened {
    pub ctx: Ctx,
    pub clock: Arc<LocalClock>,
    pub outbox: Arc<OutboxFile>,
    embedded: Embedded,
    _folder: Option<Folder>,
}

impl Opened {
    /// Opens the data, makes the table, and seeds it if asked to and if there is nothing yet.
    pub async fn open(options: &Options) -> Result<Self, Stop> {
        let folder = match &options.place {
            Place::Memory | Place::Copy(_) => None,
            Place::Folder(path) => Some(Folder::open(path)?),
        };
        let (secret, clock, outbox, file) = match &folder {
            None => (
                Secret::new([7; 32]),
                LocalClock::begin(options.clock),
                OutboxFile::in_memory(),
                None,
            ),
            Some(folder) => (
                folder.secret()?,
                LocalClock::kept_in(folder.file("clock"), options.clock)?,
                OutboxFile::open(folder.file("outbox.jsonl"))?,
                Some(folder.database()?),
            ),
        };
        let (clock, outbox) = (Arc::new(clock), Arc::new(outbox));
        let embedded = Embedded::open(file.as_deref())?;
        if let Place::Copy(from) = &options.place {
            embedded.begin_with(from)?;
        }
        let own = || Store::new(embedded.client(options.interceptor.clone()), TABLE);
        let store = options.elsewhere.clone().unwrap_or_else(own);
        store.create_table().await?;
        if let Some(folder) = folder.as_ref().filter(|folder| folder.format() < FORMAT) {
            let items = upgrade::bring_up(&store, folder.format()).await?;
            folder.mark()?;
            let (from, to) = (folder.format(), FORMAT);
            tracing::info!(
                from,
                to,
                items,
                "Brought the data from format {from} to {to}"
            );
        }
        let ctx = Ctx {
            store,
            secret,
            clock: clock.clone(),
            ids: options.ids.clone(),
            channels: Arc::new([outbox.clone() as _]),
            outside: Outside {
                gateway: Some(outbox.clone() as _),
                push_services: options.push_services.as_slice().into(),
                wechat: Some(Arc::new(Programme {
                    template: "TEMPLATE".into(),
                    token: "TOKEN".into(),
                })),
                ..Outside::default()
            },
            relay_bell: Arc::new(Notify::new()),
            budgets: Arc::default(),
            catalogues: Arc::default(),
        };
        if options.seed && !seed::has_community(&ctx.store).await? {
            seed::write(&ctx, clock.now()).await?;
        }
        Ok(Self {
            ctx,
            clock,
            outbox,
            embedded,
            _folder: folder,
        })
    }

    /// Writes all that the store holds into a new file, for [`Place::Copy`].
    pub fn write_to(&self, file: &Path) -> Result<(), Stop> {
        self.embedded.write_to(file)
    }

    /// Closes the store; the folder is free for others afterwards.
    pub async fn close(self) -> Result<(), Stop> {
        drop(self.ctx);
        self.embedded.close().await
    }
}

/// A Linli that listens.
pub struct Running {
    pub address: SocketAddr,
    opened: Opened,
    quit: watch::Sender<bool>,
    server: JoinHandle<std::io::Result<()>>,
    loops: Vec<JoinHandle<()>>,
}

impl Running {
    pub async fn start(options: Options) -> Result<Self, Stop> {
        let listener = listen(options.host, options.port).await?;
        let address = listener
            .local_addr()
            .map_err(|error| Stop::because(format!("no address: {error}")))?;
        let mut opened = Opened::open(&options).await?;
        opened.ctx.outside.site = format!("http://{address}").into();
        let (quit, quitting) = watch::channel(false);
        let work = Arc::new(Loops::new(opened.ctx.clone()));
        let helpers = Helpers {
            open: options.helpers,
            ctx: opened.ctx.clone(),
            clock: opened.clock.clone(),
            outbox: opened.outbox.clone(),
            loops: work.clone(),
            address,
        };
        let streams = Streams::new(opened.ctx.clone(), quitting.clone());
        let app = web::router(helpers, streams, options.site)
            .into_make_service_with_connect_info::<SocketAddr>();
        let listener = listener.tap_io(|stream| {
            let _ = stream.set_nodelay(true);
        });
        let stopped = wait(quitting.clone());
        let server = tokio::spawn(async move {
            axum::serve(listener, app)
                .with_graceful_shutdown(stopped)
                .await
        });
        let mut loops = Vec::new();
        if options.loops {
            let database = opened.embedded.database.clone();
            loops.push(tokio::spawn(keep_tidy(database, quitting.clone())));
            let (relay, sweep) = (work.clone(), work);
            let (stop_relay, stop_sweep) = (quitting.clone(), quitting);
            loops.push(tokio::spawn(async move {
                relay.keep_relaying(stop_relay).await;
            }));
            loops.push(tokio::spawn(async move {
                sweep.keep_sweeping(stop_sweep).await;
            }));
        }
        Ok(Self {
            address,
            opened,
            quit,
            server,
            loops,
        })
    }

    /// What the use cases are given; for tests that look behind the API.
    #[must_use]
    pub fn ctx(&self) -> &Ctx {
        &self.opened.ctx
    }

    #[must_use]
    pub fn clock(&self) -> &Arc<LocalClock> {
        &self.opened.clock
    }

    #[must_use]
    pub fn outbox(&self) -> &Arc<OutboxFile> {
        &self.opened.outbox
    }

    /// The way to its database, for processes beside this one.
    #[must_use]
    pub fn door(&self) -> Door {
        self.opened.embedded.door()
    }

    /// `http://127.0.0.1:PORT`
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Accepts nothing new, lets what runs finish, then closes the store.
    pub async fn stop(self) -> Result<(), Stop> {
        let Self {
            opened,
            quit,
            mut server,
            loops,
            ..
        } = self;
        let _ = quit.send(true);
        if timeout(PATIENCE, &mut server).await.is_err() {
            tracing::warn!("Some requests were still running and were cut off");
            server.abort();
        }
        for task in loops {
            let _ = task.await;
        }
        opened.close().await
    }
}

async fn wait(mut quitting: watch::Receiver<bool>) {
    let _ = quitting.wait_for(|quit| *quit).await;
}

async fn listen(host: IpAddr, port: u16) -> Result<TcpListener, Stop> {
    TcpListener::bind((host, port)).await.map_err(|error| {
        Stop::because(match error.kind() {
            std::io::ErrorKind::AddrInUse => {
                format!("port {port} is taken; stop what uses it or choose another --port")
            }
            _ => format!("cannot listen on {host}:{port}: {error}"),
        })
    })
}
