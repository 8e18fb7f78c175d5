//! A file of 10,000 titles is imported; then GET /v1/library/titles?q= looks through them.

use std::fmt::Write;
use std::time::{Duration, Instant};

use domain::access::Role;
use domain::library::ImportState;
use domain::person::Person;
use domain::sign_in::{SecondFactor, Session};
use jiff::Timestamp;
use store::schema::{self, Kind};
use store::table::write;
use wire::endpoint::None_;
use wire::library::catalogue::{ListTitles, TitlesQuery};
use wire::library::import::{GetLibraryImport, LibraryImportView};

use acceptance::client::Client;

use crate::Times;
use crate::town::{Opening, Town};

const TITLES: usize = 10_000;
const CALLS: usize = 2_000;
const AIM_MS: f64 = 20.0;

const FIRST: [&str; 20] = [
    "月亮", "小熊", "河流", "火车", "秋天", "山羊", "灯塔", "雪人", "西瓜", "蚂蚁", "风筝", "海盗",
    "种子", "影子", "钟表", "鲸鱼", "枕头", "胡同", "石桥", "星星",
];
const LAST: [&str; 10] = [
    "的秘密",
    "去旅行",
    "历险记",
    "和朋友们",
    "的故事",
    "在哪里",
    "回家了",
    "的晚上",
    "与少年",
    "的冬天",
];

pub async fn run() {
    let folder = tempfile::tempdir().expect("a folder");
    let town = Town::build(folder.path(), 1, Opening::Usual).await;
    let librarian = librarian(&town).await;
    let mut file = "书名,作者,出版社,分类号\n".to_owned();
    for n in 0..TITLES {
        let (first, last) = (FIRST[n % 20], LAST[n / 20 % 10]);
        let _ = writeln!(
            file,
            "{first}{last}·{n},测试·作者{},测试·出版社{},I287",
            n % 700,
            n % 40
        );
    }
    let begun = Instant::now();
    let headers = [("content-type", "text/csv")];
    let raw = librarian
        .raw_with("POST", "/v1/library/import", &headers, file.into_bytes())
        .await;
    assert_eq!(raw.status, 202, "{}", raw.body);
    let first: LibraryImportView = serde_json::from_str(&raw.body).expect("an import");
    println!(
        "first answer: {:.0} ms, {} rows done",
        begun.elapsed().as_secs_f64() * 1_000.0,
        first.done
    );
    loop {
        let view = librarian
            .call::<GetLibraryImport>((first.id,), None_ {}, None_ {})
            .await;
        let view = view.expect("an import");
        if view.state == ImportState::Done {
            assert_eq!(view.taken as usize, TITLES);
            break;
        }
        service::market::sweep::run_once(town.running.ctx())
            .await
            .expect("the sweeper runs");
    }
    println!(
        "{TITLES} titles imported: {:.1} s",
        begun.elapsed().as_secs_f64()
    );

    let ctx = town.running.ctx();
    let cold = service::library::catalogue::Catalogues::default();
    let begun = Instant::now();
    let at = ctx.clock.now();
    cold.fresh(ctx, town.community, at).await.expect("titles");
    println!(
        "read for the first time: {:.0} ms",
        begun.elapsed().as_secs_f64() * 1_000.0
    );

    // What was just written is looked at again for a minute.
    tokio::time::sleep(Duration::from_secs(62)).await;
    let questions = [
        "月亮",
        "月亮 作者12",
        "测试",
        "的故事 9",
        "蚂蚁去旅行・4",
        "没有这本",
    ];
    let mut times = Vec::new();
    for n in 0..CALLS + 100 {
        let query = TitlesQuery {
            q: Some(questions[n % questions.len()].to_owned()),
            cursor: None,
            limit: None,
        };
        let begun = Instant::now();
        librarian
            .call::<ListTitles>((), query, None_ {})
            .await
            .expect("a page");
        if n >= 100 {
            times.push(begun.elapsed());
        }
    }
    let times = Times::of(times);
    times.line("a search among 10,000 titles (aim 20 ms at p50)");
    assert!(times.at(0.5) <= AIM_MS, "more than 20 ms at the median");
    town.running.stop().await.expect("it stops");
}

/// The one who signed in, as a librarian.
async fn librarian(town: &Town) -> Client {
    let person = Person {
        roles: vec![Role::Librarian],
        ..town.people[0].clone()
    };
    let at = Timestamp::now();
    let session = Session {
        started_at: at,
        used_at: at,
        staff: true,
        second_factor: SecondFactor::Passed,
        tries: 0,
    };
    let digest = service::secret::digest(format!("bench-{:037}", 0).as_bytes());
    let key = schema::session(person.community, person.id, &digest);
    let items = vec![
        store::identity::person_item(&person).expect("an item"),
        write(Kind::Session, &key, &session, []).expect("an item"),
    ];
    let store = &town.running.ctx().store;
    store.put_all(items).await.expect("written");
    town.clients[0].clone()
}
