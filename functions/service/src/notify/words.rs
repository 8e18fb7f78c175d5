//! The words of short messages. Everything shown in the apps is worded there; a text that leaves
//! the house must carry its own words.

use domain::notice::{Notice, Topic};
use domain::person::Language;

#[must_use]
pub fn sign_in_code(code: &str, language: Language) -> String {
    match language {
        Language::Zh => format!("【邻里】登录验证码 {code}，5分钟内有效。请勿告诉他人。"),
        Language::En => {
            format!("[Linli] Sign-in code {code}, good for 5 minutes. Do not share it.")
        }
    }
}

/// What a browser shows, to whoever looks at it: that there is something, and nothing more.
#[must_use]
pub fn push(language: Language) -> (&'static str, &'static str) {
    match language {
        Language::Zh => ("邻里", "有一条提醒，请打开查看。"),
        Language::En => ("Linli", "There is a notice. Please open it."),
    }
}

/// One line that says what happened to which visit; the rest stands in the app. Whoever is asked how somebody is
/// answers by the link at its end. `site`: where the app is opened, empty where that is not known.
#[must_use]
pub fn sms(notice: &Notice, language: Language, site: &str) -> String {
    let line = line(notice, language);
    match (site, notice.data.get(KEY)) {
        ("", _) | (_, None) => line,
        (site, Some(key)) => {
            let open = match language {
                Language::Zh => "点开就能回：",
                Language::En => " Answer here: ",
            };
            format!("{line}{open}{site}/watch/well?key={key}")
        }
    }
}

/// In the data of a question how somebody is: what answers it.
pub const KEY: &str = "key";

fn line(notice: &Notice, language: Language) -> String {
    let value = |name: &str| notice.data.get(name).map_or("", String::as_str);
    let first = |names: &[&str]| -> &str {
        let mut said = names.iter().map(|name| value(name));
        said.find(|said| !said.is_empty()).unwrap_or_default()
    };
    let start = first(&["start", "until"]);
    let when = match (start.get(5..10), start.get(11..16)) {
        (Some(day), Some(time)) => format!("{day} {time}"),
        _ => value("due").get(5..10).unwrap_or_default().to_owned(),
    };
    match language {
        Language::Zh => {
            let what = first(&["service", "title", "reward", "provider"]);
            format!("【邻里】{what} {when} {}", zh(notice.topic)).replace("  ", " ")
        }
        Language::En => {
            let what = first(&["service_en", "service", "title", "reward", "provider"]);
            format!("[Linli] {what} {when}: {}", en(notice.topic))
                .replace(" :", ":")
                .replace("  ", " ")
        }
    }
}

fn zh(topic: Topic) -> &'static str {
    match topic {
        Topic::SignInCode => "登录验证码",
        Topic::BookingRequested => "有新的预约请求，请尽快答复。",
        Topic::BookingMade => "已约好。",
        Topic::BookingAccepted => "服务者已接受。",
        Topic::BookingDeclined => "服务者无法接受，请另选时间。",
        Topic::BookingExpired => "超时未答复，预约已失效。",
        Topic::BookingCancelled => "已取消。",
        Topic::BookingMoved => "时间已更改。",
        Topic::BookingQuoted => "费用超出标价，请确认。",
        Topic::BookingQuoteApproved => "对方已同意费用。",
        Topic::BookingQuoteRejected => "对方未同意费用，请重新报价。",
        Topic::BookingDone => "已完成。",
        Topic::BookingMissed => "被记为未到。",
        Topic::BookingClosed => "没有人确认结果，已关闭。",
        Topic::BookingAffected => "服务者暂时不能服务，请改约或取消。",
        Topic::ReviewsShown => "双方评价已公开。",
        Topic::ProviderApproved => "服务者申请已通过。",
        Topic::ProviderRejected => "服务者申请未通过。",
        Topic::ProviderSuspended => "服务者资格已暂停。",
        Topic::ProviderReinstated => "服务者资格已恢复。",
        Topic::CredentialExpired => "证件已到期，请更新。",
        Topic::SecondFactorReset => "登录的第二步验证已被管理员重设。不是您要求的，请联系工作站。",
        Topic::NumberChanged => "工作人员改动了登录用的手机号。不是您要求的，请马上联系工作站。",
        Topic::ActivityMovedUp => "有名额了，已为您报上。去不了请在开始前退出。",
        Topic::ActivityChanged => "活动有变动，请看一下。",
        Topic::ActivityCancelled => "活动取消了。",
        Topic::ActivityRemoved => "组织者取消了这个报名。",
        Topic::ActivityGivenBack => "已替您退出报名。",
        Topic::ActivitySignedUp => "已替您报名。去不了请在开始前退出。",
        Topic::HoursSettled => "服务时长已确认。",
        Topic::HoursForgotten => "忘了签退，暂按计划结束时间记。请说一下几点走的。",
        Topic::HoursForgottenBy => "有人忘了签退，请确认时长。",
        Topic::HoursMissed => "组织者记为没有到场。不对的话，请告诉组织者，或补记。",
        Topic::HoursApproved => "补记的服务时长已通过。",
        Topic::HoursRefused => "补记的服务时长没有通过。",
        Topic::HoursCorrected => "服务时长已更正。",
        Topic::CertificateIssued => "服务证明已开好。",
        Topic::CertificateOutdated => "服务证明里的时长有更正，请重新开。",
        Topic::CertificateRevoked => "服务证明已作废。",
        Topic::LoanMade => "之前要还，已替您借好。",
        Topic::LoanDue => "要还了。没看完可以续借。",
        Topic::LoanLate => "就该还了，请尽快还回来。不收钱，不扣分。",
        Topic::HoldReady => "之前来取，预约的书到了。",
        Topic::HoldExpired => "没有来取，已留给下一位。",
        Topic::HoldAgain => "暂时借不出去，请再等一等，位置还在。",
        Topic::HoldNoCopy => "馆里暂时一本也没有了，您的位置还在。",
        Topic::WatchAsk => "之前请报个平安：打开应用按“我很好”，或出门走走。",
        Topic::WatchAskRelative => "之前请问候一下家人，有一阵没有动静了。",
        Topic::WatchAlert => "有人太久没有动静，请马上查看。",
        Topic::AlertOver => "有了动静，之前的提醒已自动结束。",
        Topic::WatchArea => "多人同时没有动静，请马上查看。",
        Topic::SosAlert => "有人按了呼救按钮，请马上查看。",
        Topic::VitalAlert => "有人的身体数据需要看一下，请马上查看。",
        Topic::DoorDead => "门口设备没有信号了，请检查。",
        Topic::DoorsDead => "多个门口设备没有信号了，请马上检查。",
        Topic::DoorNeverHeard => "有设备登记后从来没有信号，请检查。",
        Topic::WatchUnseen => "有人的门口设备没有信号，很久没看到了。今天请打电话问一声。",
        Topic::WatchNeverSeen => "有人登记看护后门口从没看到过，请核对门卡和门口设备。",
        Topic::AbsenceEnds => "外出报备就要到期。还没回来的，请再报一次。",
        Topic::AbsenceOver => "人已到家，外出报备已结束。又要出门的，请再报一次。",
        Topic::CareTask => "有一件事请您去做，请打开看看。",
        Topic::CareStation => "有一件个案的事没有人接，请马上查看。",
        Topic::CareReferral => "有人需要关心，请查看。",
        Topic::GlassBroken => "有人紧急查看了档案，请核对。",
        Topic::RulesChanged => "守护规则有了新版本，请看一下。",
        Topic::VoucherMade => "已替您换好，请在期限内到服务台领取。",
        Topic::VoucherSettled => "已领取。不是您或家人领的，请联系工作站。",
        Topic::VoucherCancelled => "兑换已取消，积分已退回。",
        Topic::VoucherExpiring => "请在这之前到服务台领取，过期积分退回。",
        Topic::VoucherExpired => "没有来领，积分已退回。",
        Topic::PointsExpiring => "有积分快到期了，请看一下。",
        Topic::PointsExpired => "有积分到期了。",
    }
}

fn en(topic: Topic) -> &'static str {
    match topic {
        Topic::SignInCode => "sign-in code",
        Topic::BookingRequested => "new request, please answer soon.",
        Topic::BookingMade => "it is booked.",
        Topic::BookingAccepted => "the provider accepted.",
        Topic::BookingDeclined => "the provider cannot come. Please pick another time.",
        Topic::BookingExpired => "nobody answered in time; the request has lapsed.",
        Topic::BookingCancelled => "cancelled.",
        Topic::BookingMoved => "the time was changed.",
        Topic::BookingQuoted => "the price is above the range. Please confirm it.",
        Topic::BookingQuoteApproved => "the price was accepted.",
        Topic::BookingQuoteRejected => "the price was not accepted. Please name another.",
        Topic::BookingDone => "done.",
        Topic::BookingMissed => "marked as missed.",
        Topic::BookingClosed => "nobody said how it went; it is closed.",
        Topic::BookingAffected => {
            "the provider cannot serve for now. Please move or cancel the visit."
        }
        Topic::ReviewsShown => "both reviews can be read now.",
        Topic::ProviderApproved => "the application was approved.",
        Topic::ProviderRejected => "the application was not approved.",
        Topic::ProviderSuspended => "the provider is suspended.",
        Topic::ProviderReinstated => "the provider is reinstated.",
        Topic::CredentialExpired => "a credential has expired. Please renew it.",
        Topic::SecondFactorReset => {
            "an administrator reset your second step. If you did not ask for it, call the station."
        }
        Topic::NumberChanged => {
            "staff changed the number that signs in. If you did not ask for it, call the station."
        }
        Topic::ActivityMovedUp => {
            "a place is free and yours. Leave before the start if you cannot come."
        }
        Topic::ActivityChanged => "the activity has changed. Please have a look.",
        Topic::ActivityCancelled => "the activity is called off.",
        Topic::ActivityRemoved => "the organiser took this sign-up off the list.",
        Topic::ActivityGivenBack => "somebody gave your place back for you.",
        Topic::ActivitySignedUp => {
            "somebody signed you up. Leave before the start if you cannot come."
        }
        Topic::HoursSettled => "the service time is confirmed.",
        Topic::HoursForgotten => {
            "nobody checked out; the planned end stands for now. Please say when you left."
        }
        Topic::HoursForgottenBy => "somebody forgot to check out. Please confirm their time.",
        Topic::HoursMissed => {
            "recorded that you did not come. If that is wrong, tell the organiser, or write it down."
        }
        Topic::HoursApproved => "service time written down by hand was approved.",
        Topic::HoursRefused => "service time written down by hand was not approved.",
        Topic::HoursCorrected => "service time was corrected.",
        Topic::CertificateIssued => "a certificate of service time is ready.",
        Topic::CertificateOutdated => {
            "time in a certificate was corrected. Please have a new one issued."
        }
        Topic::CertificateRevoked => "a certificate of service time was taken back.",
        Topic::LoanMade => "lent to you; please bring it back by then.",
        Topic::LoanDue => "is due. You can renew it if you need longer.",
        Topic::LoanLate => "was due. Please bring it back soon. It costs neither money nor points.",
        Topic::HoldReady => "is kept for you until then.",
        Topic::HoldExpired => "was not fetched and goes to the next reader.",
        Topic::HoldAgain => "cannot be lent for now. You keep your place in the queue.",
        Topic::HoldNoCopy => "has no copy left for now. You keep your place in the queue.",
        Topic::WatchAsk => {
            "please say before then that you are well: open the app and press the button."
        }
        Topic::WatchAskRelative => {
            "please ask before then how your relative is; it has been quiet."
        }
        Topic::WatchAlert => "somebody has been silent for too long. Please look now.",
        Topic::AlertOver => "a sign of life came, and the alert is over.",
        Topic::WatchArea => "several people have been silent for too long. Please look now.",
        Topic::SosAlert => "somebody pressed the emergency button. Please look now.",
        Topic::VitalAlert => "somebody's readings want a look. Please look now.",
        Topic::DoorDead => "a door is not heard from any more. Please check it.",
        Topic::DoorsDead => "several doors are not heard from any more. Please check them now.",
        Topic::DoorNeverHeard => "a device was registered and never spoke. Please check it.",
        Topic::WatchUnseen => {
            "somebody cannot be seen, because a door does not answer. Please call them today."
        }
        Topic::WatchNeverSeen => {
            "no door has ever seen somebody who is watched over. Please check their card and door."
        }
        Topic::AbsenceEnds => "the time away ends soon. If it takes longer, please say so.",
        Topic::AbsenceOver => {
            "the time away is over, as they are at home. If they leave again, please say so."
        }
        Topic::CareTask => "somebody asks you to do something. Please open it.",
        Topic::CareStation => "something in a case is nobody's. Please look now.",
        Topic::CareReferral => "somebody should be looked after. Please have a look.",
        Topic::GlassBroken => "somebody opened a file in an emergency. Please check it.",
        Topic::RulesChanged => "the rules of the watch have a new version. Please have a look.",
        Topic::VoucherMade => "redeemed for you. Please fetch it at the desk in time.",
        Topic::VoucherSettled => "handed over. If it was not you or yours, call the station.",
        Topic::VoucherCancelled => "called off; the points are back.",
        Topic::VoucherExpiring => "fetch it at the desk before then, or the points go back.",
        Topic::VoucherExpired => "nobody fetched it; the points are back.",
        Topic::PointsExpiring => "some of your points end soon. Please have a look.",
        Topic::PointsExpired => "some of your points have ended.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::notice::Data;

    #[test]
    fn every_topic_reads_in_both_languages() {
        let data = Data::from([
            ("service".to_owned(), "开锁".to_owned()),
            ("service_en".to_owned(), "Locksmith".to_owned()),
            ("start".to_owned(), "2026-11-24T09:30:00+08:00".to_owned()),
        ]);
        for topic in Topic::ALL {
            let notice = Notice {
                topic: *topic,
                data: data.clone(),
            };
            let (zh, en) = (
                sms(&notice, Language::Zh, ""),
                sms(&notice, Language::En, ""),
            );
            assert!(zh.starts_with("【邻里】开锁 11-24 09:30 "));
            assert!(en.starts_with("[Linli] Locksmith 11-24 09:30: "));
        }
    }

    #[test]
    fn whoever_is_asked_answers_by_a_link() {
        let key = ("key".to_owned(), "pAb-_.9".to_owned());
        for topic in [Topic::WatchAsk, Topic::WatchAskRelative] {
            let notice = Notice {
                topic,
                data: Data::from([key.clone()]),
            };
            for language in [Language::Zh, Language::En] {
                let linked = sms(&notice, language, "https://linli.example");
                let link = "https://linli.example/watch/well?key=pAb-_.9";
                assert!(linked.ends_with(link), "{linked}");
                assert!(!sms(&notice, language, "").contains("key"), "no place");
            }
        }
    }
}
