use domain::booking::StateName;
use domain::{BookingId, PersonId, ProviderId, ServiceId};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wire::endpoint::None_;
use wire::market::{
    BookingView, BookingsQuery, CancelBooking, ConfirmBody, ConfirmBooking, CreateBooking,
    CreateBookingBody, GetBooking, ListBookings, ReasonBody,
};
use wire::{Code, Moment, Problem};

use crate::browser::{forget, keep, kept, rest};
use crate::session::Session;
use crate::{api, clock, ids};

/// How often one looks whether it is one's turn, in milliseconds.
const TURN: i32 = 40;

/// A time that is kept while a form is filled in. Nobody sees a clock run: should the time lapse,
/// it is kept again when the form is sent.
#[derive(Clone, Copy)]
pub struct Held {
    pub service: ServiceId,
    pub provider: Option<ProviderId>,
    pub start: Moment,
    /// The booking that holds it now.
    pub booking: RwSignal<Option<BookingView>>,
    /// Is a time being kept right now? Two at once would stand in each other's way.
    turn: RwSignal<bool>,
}

impl Held {
    #[must_use]
    pub fn new(service: ServiceId, provider: Option<ProviderId>, start: Moment) -> Self {
        Self {
            service,
            provider,
            start,
            booking: RwSignal::new(None),
            turn: RwSignal::new(false),
        }
    }

    fn key(self) -> String {
        format!("linli.hold.{}.{}", self.service, self.start)
    }

    /// Goes on with a hold that was made before, perhaps on another phone.
    pub fn take_up(self, earlier: BookingId) {
        keep(&self.key(), &earlier.to_string());
    }

    /// Keeps the time for somebody; `None` is the person signed in. What was kept before is given
    /// back first, and after a reload the earlier hold is taken up again.
    pub async fn keep_for(self, resident: Option<PersonId>) -> Result<BookingView, Problem> {
        while self.turn.try_get_untracked() == Some(true) {
            rest(TURN).await;
        }
        self.turn.try_set(true);
        let kept = self.kept_now(resident).await;
        self.turn.try_set(false);
        kept
    }

    async fn kept_now(self, resident: Option<PersonId>) -> Result<BookingView, Problem> {
        if let Some(held) = self.earlier(resident).await {
            self.booking.try_set(Some(held.clone()));
            return Ok(held);
        }
        let id: BookingId = ids::fresh();
        keep(&self.key(), &id.to_string());
        let body = CreateBookingBody {
            id,
            service: self.service,
            service_ver: None,
            provider: self.provider,
            start: self.start,
            note: None,
            resident,
            hold: Some(true),
        };
        let held = match api::call::<CreateBooking>((), None_ {}, body).await {
            Err(problem) if problem.code == Code::SlotTaken => {
                let mine = self.elsewhere(resident).await.ok_or(problem)?;
                self.take_up(mine.id);
                mine
            }
            other => other?,
        };
        self.booking.try_set(Some(held.clone()));
        Ok(held)
    }

    /// The hold of before, if it is still good and for the same person; otherwise it is given back.
    async fn earlier(self, resident: Option<PersonId>) -> Option<BookingView> {
        let known = self.booking.try_get_untracked().flatten();
        let id = known
            .as_ref()
            .map(|b| b.id)
            .or_else(|| kept(&self.key())?.parse().ok())?;
        let held = api::call::<GetBooking>((id,), None_ {}, None_ {})
            .await
            .ok()?;
        if held.state != StateName::Held {
            return None;
        }
        let alive = held.until.is_some_and(|until| until.at > clock::now());
        if alive && whose(resident) == Some(held.resident) {
            return Some(held);
        }
        let _ = give_back(id).await;
        None
    }

    /// A hold of one's own on this time, made on another phone or in another window.
    async fn elsewhere(self, resident: Option<PersonId>) -> Option<BookingView> {
        let query = BookingsQuery {
            part: None,
            day: Some(self.start.local().date()),
            open: Some(true),
            cursor: None,
            limit: None,
        };
        let mine = api::call::<ListBookings>((), query, None_ {}).await.ok()?;
        let whose = whose(resident);
        mine.items.into_iter().find(|one| {
            one.state == StateName::Held
                && one.service == self.service
                && one.start == self.start
                && self.provider.is_none_or(|asked| asked == one.provider)
                && whose == Some(one.resident)
        })
    }

    /// Makes it a booking. A hold that has lapsed is kept again, silently, as long as it is free.
    pub async fn confirm(
        self,
        resident: Option<PersonId>,
        body: ConfirmBody,
    ) -> Result<BookingView, Problem> {
        let held = match self.booking.try_get_untracked().flatten() {
            Some(held) => held,
            None => self.keep_for(resident).await?,
        };
        let first = api::call::<ConfirmBooking>((held.id,), None_ {}, body.clone()).await;
        let booked = match first {
            Err(problem) if matches!(problem.code, Code::HoldLapsed | Code::NotInState) => {
                let held = self.keep_for(resident).await?;
                api::call::<ConfirmBooking>(
                    (held.id,),
                    None_ {},
                    ConfirmBody {
                        id: Some(ids::fresh()),
                        ..body
                    },
                )
                .await
            }
            other => other,
        }?;
        forget(&self.key());
        self.booking.try_set(None);
        Ok(booked)
    }

    /// The form was left without sending: the time is free for others at once.
    pub fn let_go(self) {
        let Some(held) = self.booking.try_get_untracked().flatten() else {
            return;
        };
        forget(&self.key());
        spawn_local(async move {
            let _ = give_back(held.id).await;
        });
    }
}

/// Whom a hold is for.
fn whose(resident: Option<PersonId>) -> Option<PersonId> {
    resident.or_else(|| Session::get().me_now().map(|me| me.id))
}

async fn give_back(id: BookingId) -> Result<BookingView, Problem> {
    api::call::<CancelBooking>(
        (id,),
        None_ {},
        ReasonBody {
            id: Some(ids::fresh()),
            reason: None,
        },
    )
    .await
}
