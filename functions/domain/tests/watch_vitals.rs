//! Readings of a body: units, bounds with a margin, the button, and readings that do not come.

use domain::watch::vitals::Side;
use domain::watch::{
    Absence, AbsenceKind, Amount, Cause, Lapse, Measure, Metric, Press, Reading, Turn, Vitals,
};
use domain::{AbsenceId, AlertId, CommunityId, DeviceId, PersonId, limits};
use jiff::Timestamp;
use proptest::prelude::*;

fn minute(minutes: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + minutes * 60).expect("a moment")
}

fn amount(text: &str) -> Amount {
    text.parse().expect("a number")
}

fn measure(metric: Metric, low: &str, high: &str, margin: &str) -> Measure {
    Measure {
        metric,
        low: Some(amount(low)),
        high: Some(amount(high)),
        margin: amount(margin),
        window_minutes: Some(60),
    }
}

fn vitals(measures: Vec<Measure>) -> Vitals {
    Vitals {
        person: PersonId::new(1, 1),
        community: CommunityId::new(1, 1),
        since: minute(0),
        by: PersonId::new(1, 2),
        devices: Vec::new(),
        measures,
        standing: Vec::new(),
        presses: Vec::new(),
        open: Vec::new(),
        waits_since: minute(0),
        armed: None,
        ver: 1,
    }
    .rearmed(minute(0))
}

fn heart() -> Vitals {
    vitals(vec![measure(Metric::HeartRate, "50", "120", "5")])
}

/// The turns carried out: each opened alert has the next number.
fn play(vitals: Vitals, turns: &[Turn], at: Timestamp, next: &mut u64) -> Vitals {
    turns.iter().fold(vitals, |vitals, turn| match turn {
        Turn::Opens { .. } => {
            *next += 1;
            vitals.opened(*turn, AlertId::new(*next, 1), at)
        }
        Turn::Ends(_) => vitals,
    })
}

fn reading(metric: Metric, value: Amount, minutes: i64) -> Reading {
    Reading {
        metric,
        value,
        at: minute(minutes),
    }
}

/// What a turn is, in a word.
fn word(turn: &Turn) -> String {
    match turn {
        Turn::Opens { cause, .. } => format!("+{cause}"),
        Turn::Ends(_) => "-".to_owned(),
    }
}

/// Rows `value -> turns`, one a minute.
fn check(mut vitals: Vitals, metric: Metric, rows: &str) {
    let mut next = 0;
    let lines = rows.lines().map(str::trim).filter(|line| !line.is_empty());
    for (i, line) in (1..).zip(lines) {
        let (value, want) = line.split_once("->").expect("a row");
        let (after, turns) = vitals.with(reading(metric, amount(value.trim()), i), minute(i));
        let told: Vec<String> = turns.iter().map(word).collect();
        assert_eq!(told.join(" "), want.trim(), "{line}");
        vitals = play(after, &turns, minute(i), &mut next);
    }
}

#[test]
fn a_bound_opens_once_and_only_what_lies_behind_the_margin_ends_it() {
    check(
        heart(),
        Metric::HeartRate,
        "
        119.999 ->
        120     -> +vital_high
        119     ->
        140     ->
        115     ->
        120     ->
        114.999 -> -
        119     ->
        121     -> +vital_high
        50      -> - +vital_low
        55      ->
        55.001  -> -
        50.001  ->
        50      -> +vital_low
        130     -> - +vital_high
        ",
    );
}

#[test]
fn both_pressures_are_one_matter() {
    let both = vec![
        measure(Metric::Systolic, "90", "180", "10"),
        measure(Metric::Diastolic, "50", "110", "5"),
    ];
    let (mut next, mut vitals) = (0, vitals(both));
    let rows = [
        (Metric::Systolic, "190", "+vital_high"),
        (Metric::Diastolic, "115", ""),
        (Metric::Systolic, "150", ""),
        (Metric::Diastolic, "80", "-"),
    ];
    for (i, (metric, value, want)) in (1..).zip(rows) {
        let (after, turns) = vitals.with(reading(metric, amount(value), i), minute(i));
        let told: Vec<String> = turns.iter().map(word).collect();
        assert_eq!(told.join(" "), want, "{metric} {value}");
        vitals = play(after, &turns, minute(i), &mut next);
    }
    assert!(vitals.open.is_empty());
}

#[test]
fn what_is_known_or_older_or_not_looked_at_moves_nothing() {
    let (vitals, turns) = heart().with(reading(Metric::HeartRate, amount("80"), 5), minute(5));
    assert!(turns.is_empty());
    for (metric, minutes) in [
        (Metric::HeartRate, 5),
        (Metric::HeartRate, 4),
        (Metric::Glucose, 9),
    ] {
        let late = reading(metric, amount("200"), minutes);
        let (after, turns) = vitals.clone().with(late, minute(9));
        assert_eq!((after == vitals, turns.len()), (true, 0), "{metric}");
    }
}

/// Of one device, whose clock says `said` when it is `received`, both in minutes.
fn press(said: i64, received: i64) -> Press {
    Press {
        device: DeviceId::new(1, 1),
        said_at: Some(minute(said)),
        received_at: minute(received),
    }
}

#[test]
fn a_press_opens_once_until_it_is_closed() {
    let (pressed, turns) = heart().pressed(press(3, 3), minute(3));
    assert_eq!(turns.iter().map(word).collect::<Vec<_>>(), ["+sos"]);
    let open = play(pressed, &turns, minute(3), &mut 0);
    let (again, turns) = open.clone().pressed(press(3, 4), minute(3));
    assert_eq!((again == open, turns.len()), (true, 0), "a repeat");
    let (more, turns) = open.pressed(press(4, 4), minute(4));
    assert!(turns.is_empty(), "it is looked after");
    let id = more.open[0].alert;
    let closed = more.closed(id, minute(10));
    assert!(closed.open.is_empty());
    let (again, turns) = closed.clone().pressed(press(4, 11), minute(4));
    assert_eq!((again == closed, turns.len()), (true, 0), "a repeat");
    // Its clock is slow, or it was long on its way: nobody can tell, so somebody looks.
    for said in [9, 0, 11] {
        let (_, turns) = closed.clone().pressed(press(said, 11), minute(11));
        assert_eq!(
            turns.iter().map(word).collect::<Vec<_>>(),
            ["+sos"],
            "{said}"
        );
    }
}

#[test]
fn a_clock_that_stands_still_hides_no_later_press() {
    let (pressed, turns) = heart().pressed(press(0, 100), minute(100));
    let open = play(pressed, &turns, minute(100), &mut 0);
    let id = open.open[0].alert;
    let closed = open.closed(id, minute(101));
    let soon = 100 + limits::PRESS_REPEAT_MINUTES;
    let (_, turns) = closed.clone().pressed(press(0, soon), minute(soon));
    assert!(turns.is_empty(), "its answer was lost");
    let (_, turns) = closed.clone().pressed(press(0, soon + 1), minute(soon + 1));
    assert_eq!(turns.iter().map(word).collect::<Vec<_>>(), ["+sos"]);
    // Another device, or one that says no time, repeats nothing.
    let other = Press {
        device: DeviceId::new(1, 2),
        ..press(0, 102)
    };
    let mute = Press {
        said_at: None,
        ..press(0, 102)
    };
    for press in [other, mute] {
        let (_, turns) = closed.clone().pressed(press, minute(102));
        assert_eq!(turns.len(), 1, "{press:?}");
    }
    let many = i64::try_from(limits::PRESSES).expect("few") + 5;
    let full = (0..many).fold(closed, |one, n| one.pressed(press(n, 101), minute(101)).0);
    assert_eq!(full.presses.len(), limits::PRESSES);
}

#[test]
fn whoever_closes_an_alert_is_told_of_the_next_value() {
    let (high, turns) = heart().with(reading(Metric::HeartRate, amount("130"), 1), minute(1));
    let open = play(high, &turns, minute(1), &mut 0);
    let id = open.open[0].alert;
    let closed = open.closed(id, minute(2));
    assert_eq!(closed.standing[0].side, Side::Within);
    let (_, turns) = closed.with(reading(Metric::HeartRate, amount("131"), 3), minute(3));
    assert_eq!(turns.iter().map(word).collect::<Vec<_>>(), ["+vital_high"]);
}

#[test]
fn nothing_for_as_long_as_the_window_is_a_matter_and_an_absence_puts_it_off() {
    let (vitals, _) = heart().with(reading(Metric::HeartRate, amount("80"), 30), minute(30));
    let due = minute(90);
    assert!(vitals.armed.is_some_and(|armed| armed <= due));
    let rest = vitals.lapsed(&[], None, minute(89));
    assert_eq!(rest, Lapse::Rest { until: due });
    let missing = Turn::Opens {
        cause: Cause::NoReading,
        metric: None,
        due,
    };
    assert_eq!(vitals.lapsed(&[], None, due), Lapse::Alert(missing));
    let away = Absence {
        id: AbsenceId::new(1, 1),
        kind: AbsenceKind::Hospital,
        from: minute(80),
        until: minute(500),
    };
    let rest = Lapse::Rest { until: away.until };
    assert_eq!(vitals.lapsed(&[away], None, due), rest);
    assert_eq!(vitals.lapsed(&[away], None, minute(499)), rest);
    let back = vitals.lapsed(&[away], None, away.until);
    assert_eq!(back, Lapse::Alert(missing));

    let open = play(vitals, &[missing], due, &mut 0);
    assert_eq!(open.armed, None);
    assert_eq!(open.lapsed(&[], None, minute(900)), Lapse::Nothing);
    // A reading that was long on its way ends nothing; one of now does.
    let old = reading(Metric::HeartRate, amount("80"), 31);
    let (still, turns) = open.clone().with(old, minute(200));
    assert_eq!((still.open.len(), turns.len()), (1, 0));
    let (well, turns) = open
        .clone()
        .with(reading(Metric::HeartRate, amount("80"), 199), minute(200));
    assert_eq!((well.open.len(), turns.len()), (0, 1));
    assert_eq!(well.armed, Some(minute(259)));
    // Whoever closes it gives the device a whole window to speak again.
    let closed = open.clone().closed(open.open[0].alert, minute(200));
    let rest = Lapse::Rest { until: minute(260) };
    assert_eq!(closed.lapsed(&[], None, minute(200)), rest);
}

#[test]
fn units_are_the_measures_own_or_converted_or_refused() {
    let rows = [
        (Metric::HeartRate, "72", "/min", Some("72")),
        (Metric::HeartRate, "72", "{beats}/min", Some("72")),
        (Metric::HeartRate, "72", "bpm", None),
        (Metric::Temperature, "36.6", "Cel", Some("36.6")),
        (Metric::Temperature, "98.6", "[degF]", Some("37")),
        (Metric::Temperature, "310", "K", None),
        (Metric::Glucose, "5.5", "mmol/L", Some("5.5")),
        (Metric::Glucose, "180.156", "mg/dL", Some("10")),
        (Metric::Systolic, "16", "kPa", None),
        (Metric::Systolic, "120", "mm[Hg]", Some("120")),
        (Metric::Spo2, "98", "%", Some("98")),
        (Metric::Spo2, "0.98", "1", None),
        (Metric::Respiration, "16", "", None),
    ];
    for (metric, value, unit, want) in rows {
        let own = metric.in_own_unit(amount(value), unit);
        assert_eq!(own, want.map(amount), "{metric} {value} {unit}");
    }
}

#[test]
fn a_sensor_that_is_off_is_nobodys_reading() {
    for metric in Metric::ALL.iter().copied() {
        let usual = metric.usual();
        let plausible = |value: i32| {
            let value = Amount::thousandths(value);
            reading(metric, value, 0).is_plausible()
        };
        assert!(plausible(usual.least) && plausible(usual.most), "{metric}");
        for off in [0, -1_000, usual.least - 1, usual.most + 1, i32::MAX] {
            assert!(!plausible(off), "{metric} {off}");
        }
        assert!(Measure::usual(metric).is_sound(), "{metric}");
    }
}

#[test]
fn bounds_leave_room_in_which_all_is_well() {
    let good = measure(Metric::HeartRate, "50", "120", "5");
    assert!(good.is_sound());
    let wrong = [
        measure(Metric::HeartRate, "50", "60", "5"),
        measure(Metric::HeartRate, "120", "50", "5"),
        measure(Metric::HeartRate, "10", "120", "5"),
        measure(Metric::HeartRate, "50", "300", "5"),
        measure(Metric::HeartRate, "50", "120", "-1"),
        Measure {
            window_minutes: Some(limits::NO_READING_MINUTES_LEAST - 1),
            ..good
        },
        Measure {
            window_minutes: Some(limits::NO_READING_MINUTES + 1),
            ..good
        },
    ];
    for one in wrong {
        assert!(!one.is_sound(), "{one:?}");
    }
}

#[test]
fn numbers_are_read_as_they_are_written() {
    let rows = [
        ("44", 44_000),
        ("36.55556", 36_556),
        ("36.5", 36_500),
        ("0.0005", 1),
        ("-0.5", -500),
        ("9.9996", 10_000),
        ("999999.999", 999_999_999),
    ];
    for (text, want) in rows {
        assert_eq!(amount(text).get(), want, "{text}");
        let value: Amount = serde_json::from_str(text).expect("a number");
        assert_eq!(value.get(), want, "{text} in JSON");
        let again = serde_json::to_string(&value).expect("JSON");
        let again: Amount = serde_json::from_str(&again).expect("a number");
        assert_eq!(again, value, "{text} there and back");
        assert_eq!(amount(&value.to_string()), value, "{text} as text");
    }
    for bad in ["", "-", ".5", "1e3", "1234567", "NaN", "--1", "1,5", "٣"] {
        assert!(bad.parse::<Amount>().is_err(), "{bad}");
    }
    for bad in ["1e300", "\"36\"", "null", "1234567", "-1e-400000"] {
        let _ = serde_json::from_str::<Amount>(bad).map(|value| assert_eq!(value.get(), 0));
    }
}

/// One thing that happens.
#[derive(Clone, Copy, Debug)]
enum Step {
    Read(Metric, i32),
    Press,
    Close(usize),
    Wait(i64),
    Sweep,
}

fn step() -> impl Strategy<Value = Step> {
    let metric = prop::sample::select(vec![
        Metric::HeartRate,
        Metric::Systolic,
        Metric::Diastolic,
        Metric::Glucose,
    ]);
    prop_oneof![
        6 => (metric, 40_i32..200).prop_map(|(metric, value)| Step::Read(metric, value)),
        1 => Just(Step::Press),
        1 => (0_usize..4).prop_map(Step::Close),
        2 => (0_i64..90).prop_map(Step::Wait),
        2 => Just(Step::Sweep),
    ]
}

proptest! {
    /// Whatever happens: one alert of each cause and measure, the index never too late, a value that lies
    /// beyond its bound looked after, and everything that is said once more without effect.
    #[test]
    fn alerts_are_open_exactly_where_something_is_wrong(
        steps in prop::collection::vec(step(), 0..120),
    ) {
        let measures = vec![
            measure(Metric::HeartRate, "50", "120", "5"),
            measure(Metric::Systolic, "90", "180", "10"),
            measure(Metric::Diastolic, "50", "110", "5"),
        ];
        let (mut vitals, mut now, mut next) = (vitals(measures), 1, 0);
        let mut closed = std::collections::BTreeSet::new();
        for step in steps {
            now += 1;
            let at = minute(now);
            let before = vitals.clone();
            match step {
                Step::Read(metric, value) => {
                    let said = reading(metric, Amount::thousandths(value * 1_000), now);
                    let (after, turns) = vitals.with(said, at);
                    vitals = play(after, &turns, at, &mut next);
                    let (again, none) = vitals.clone().with(said, at);
                    prop_assert_eq!(&again, &vitals);
                    prop_assert!(none.is_empty());
                    if let Some(measure) = vitals.measure(metric).copied() {
                        let beyond = measure.high.is_some_and(|high| said.value >= high);
                        prop_assert!(!beyond || vitals.is_open(Cause::VitalHigh, Some(metric.lead())));
                        prop_assert!(!vitals.is_open(Cause::NoReading, None) || vitals.missing(at).is_some());
                    } else {
                        prop_assert_eq!(&vitals, &before, "it is not looked at");
                    }
                }
                Step::Press => {
                    let (after, turns) = vitals.pressed(press(now, now), at);
                    vitals = play(after, &turns, at, &mut next);
                    prop_assert!(vitals.is_open(Cause::Sos, None));
                }
                Step::Close(which) => {
                    if let Some(one) = vitals.open.get(which).copied() {
                        vitals = vitals.closed(one.alert, at);
                        prop_assert!(closed.insert(one.alert), "closed once");
                        prop_assert_eq!(vitals.open.len() + 1, before.open.len());
                    }
                }
                Step::Wait(minutes) => now += minutes,
                Step::Sweep => match vitals.lapsed(&[], None, at) {
                    Lapse::Alert(turn) => {
                        prop_assert!(before.armed.is_some_and(|armed| armed <= at), "nominated");
                        vitals = play(vitals, &[turn], at, &mut next);
                    }
                    Lapse::Rest { until } => {
                        prop_assert!(until > at);
                        vitals = vitals.rests(Some(until));
                    }
                    Lapse::Nothing => vitals = vitals.rests(None),
                },
            }
            let kinds: std::collections::BTreeSet<_> =
                vitals.open.iter().map(|one| (one.cause, one.metric)).collect();
            prop_assert_eq!(kinds.len(), vitals.open.len(), "one of each");
            for one in &vitals.open {
                prop_assert!(!closed.contains(&one.alert), "a closed one stays closed");
                let side = match one.cause {
                    Cause::VitalHigh => Side::High,
                    Cause::VitalLow => Side::Low,
                    _ => continue,
                };
                let stands = vitals.standing.iter().any(|standing| {
                    standing.side == side && Some(standing.reading.metric.lead()) == one.metric
                });
                prop_assert!(stands, "an open one has its reason");
            }
            for standing in &vitals.standing {
                let cause = match standing.side {
                    Side::Within => continue,
                    Side::High => Cause::VitalHigh,
                    Side::Low => Cause::VitalLow,
                };
                let lead = Some(standing.reading.metric.lead());
                prop_assert!(vitals.is_open(cause, lead), "what is out of bounds is looked after");
            }
        }
    }

    /// However a value trembles between a bound and its margin, it opens one alert.
    #[test]
    fn trembling_about_a_bound_opens_one_alert(
        values in prop::collection::vec(115_000_i32..=125_000, 1..200),
    ) {
        let (mut vitals, mut next) = (heart(), 0);
        let mut opened = 0;
        for (i, value) in (1..).zip(values) {
            let said = reading(Metric::HeartRate, Amount::thousandths(value), i);
            let (after, turns) = vitals.with(said, minute(i));
            opened += turns.iter().filter(|turn| matches!(turn, Turn::Opens { .. })).count();
            vitals = play(after, &turns, minute(i), &mut next);
        }
        prop_assert!(opened <= 1, "{opened}");
    }
}

/// A heart that said these values, one a minute, and what is known of it without the one of that minute.
fn without(values: &[i32], wrong: i64, instead: Option<i32>) -> (Vitals, Vec<Turn>) {
    let (mut now, mut next, mut left) = (heart(), 0, Vec::new());
    let of = |value: i32, minutes| {
        let value = Amount::thousandths(value * 1_000);
        reading(Metric::HeartRate, value, minutes)
    };
    for (minutes, value) in (1..).zip(values) {
        let said = of(*value, minutes);
        let (after, turns) = now.with(said, said.at);
        now = play(after, &turns, said.at, &mut next);
        match (minutes == wrong, instead) {
            (false, _) => left.push(said),
            (true, Some(value)) => left.push(of(value, minutes)),
            (true, None) => {}
        }
    }
    let last = minute(i64::try_from(values.len()).expect("few"));
    now.without(
        (Metric::HeartRate, minute(wrong)),
        (left.as_slice(), true),
        last,
    )
}

/// Values, which of them was an error, what is said instead, and what is open after it.
type Taken<'a> = (&'a [i32], i64, Option<i32>, &'a [&'a str]);

#[test]
fn a_reading_that_was_an_error_ends_what_rested_on_it_alone_and_opens_nothing() {
    let rows: &[Taken<'_>] = &[
        // The only one; and one after sound ones.
        (&[130], 1, None, &["-"]),
        (&[80, 130], 2, None, &["-"]),
        (&[80, 130], 2, Some(90), &["-"]),
        // The corrected value, or the one before, is beyond the bound as well, or not well behind it.
        (&[80, 130], 2, Some(125), &[]),
        (&[130, 140], 2, None, &[]),
        (&[130, 140], 2, Some(118), &[]),
        // Nobody was alerted, and nobody is.
        (&[80, 90], 2, None, &[]),
        (&[80, 90], 2, Some(150), &[]),
        (&[130, 80], 2, None, &[]),
        // What came afterwards stands.
        (&[130, 118], 1, None, &[]),
    ];
    for (values, wrong, instead, want) in rows {
        let (after, turns) = without(values, *wrong, *instead);
        let words: Vec<String> = turns.iter().map(word).collect();
        assert_eq!(&words, want, "{values:?} {wrong} {instead:?}");
        let open = after.is_open(Cause::VitalHigh, Some(Metric::HeartRate));
        let stood = values.iter().any(|value| *value >= 120) && values.last() != Some(&80);
        assert_eq!(open, stood && want.is_empty(), "{values:?}");
        // The next one beyond the bound is looked after, whatever was taken back.
        let next = reading(Metric::HeartRate, amount("150"), 10);
        let (_, turns) = after.with(next, next.at);
        assert_eq!(turns.len(), usize::from(!open), "{values:?}");
    }
}
