//! The rules of a booking as tables.
//!
//! A row reads `state  moment  part  event -> outcome`; columns stand two spaces apart, `a | b` in a
//! column means each of them. A moment is an anchor and spans: `made`, `lapse` (when a hold or a
//! request runs out), `cutoff`, `start`, `end`. The booking was made three days before its start,
//! takes an hour for 5000 to 8000 fen, and may be cancelled or moved until two hours before.
//!
//! The tables come first; [`reading`] is how a row is read and played, [`lines`] what holds of all rows
//! together, and [`people`] whose part somebody has.

mod lines;
mod people;
mod reading;

use self::reading::check;

macro_rules! rules {
    ($($(#[$doc:meta])* $name:ident $rows:literal)+) => {
        $($(#[$doc])* #[test] fn $name() { check($rows); })+
        const TABLES: &[&str] = &[$($rows),+];
    };
}

rules! {
    a_hold_is_confirmed_before_it_lapses "
        held             made      resident          confirm              -> accepted
        held             lapse     resident | staff  confirm              -> accepted
        held on_request  made      resident          confirm              -> requested until made+1d
        held on_request  lapse     resident | staff  confirm              -> requested until lapse+1d
        held             lapse+1s  resident | staff  confirm              -> refused hold_lapsed
        held on_request  lapse+1s  resident          confirm              -> refused hold_lapsed
    "

    a_request_is_answered_before_it_lapses "
        requested        lapse     provider | staff  accept               -> accepted
        requested        lapse+1s  provider | staff  accept               -> refused request_lapsed
        requested        lapse     provider | staff  decline              -> declined
        requested        lapse+1s  provider | staff  decline              -> refused request_lapsed
    "

    only_what_ran_out_lapses "
        held             lapse     staff             lapse                -> refused not_in_state
        held             lapse+1s  staff             lapse                -> expired
        requested        lapse     staff             lapse                -> refused not_in_state
        requested        lapse+1s  staff             lapse                -> expired
    "

    a_hold_or_a_request_is_given_up_whether_lapsed_or_not "
        held             made      resident          cancel               -> cancelled by resident
        held             lapse+1s  resident          cancel               -> cancelled by resident
        held             lapse     provider          cancel               -> cancelled by provider
        held             lapse     staff             cancel               -> cancelled by staff
        requested        lapse     resident          cancel               -> cancelled by resident
        requested        lapse+1s  resident          cancel               -> cancelled by resident
        requested        lapse     provider          cancel               -> cancelled by provider
        requested        lapse     staff             cancel               -> cancelled by staff
    "

    a_visit_is_cancelled_by_residents_until_the_cutoff_and_by_others_until_its_end "
        accepted         cutoff     resident          cancel               -> cancelled by resident
        accepted         cutoff+1s  resident          cancel               -> refused past_cutoff until cutoff
        requested        cutoff+1s  resident          cancel               -> refused past_cutoff until cutoff
        accepted         cutoff+1s  provider          cancel               -> cancelled by provider
        accepted         cutoff+1s  staff             cancel               -> cancelled by staff
        accepted         end-1s     provider          cancel               -> cancelled by provider
        accepted         end-1s     staff             cancel               -> cancelled by staff
        accepted         end        provider | staff  cancel               -> refused too_late
    "

    a_resident_moves_to_a_time_that_is_confirmed_anew "
        accepted             cutoff     resident     reschedule start+1d   -> accepted
        accepted on_request  cutoff     resident     reschedule start+5d   -> requested until cutoff+1d
        accepted on_request  cutoff     resident     reschedule cutoff+1h  -> requested until cutoff+1h
        requested            lapse      resident     reschedule start+1d   -> requested until lapse+1d
        accepted             cutoff+1s  resident     reschedule start+1d   -> refused past_cutoff until cutoff
    "

    a_provider_or_staff_moves_without_asking_again "
        accepted             cutoff+1s  provider | staff  reschedule start+1d   -> accepted
        accepted on_request  end-1s     provider | staff  reschedule start+1d   -> accepted
        accepted             end        provider | staff  reschedule start+1d   -> refused too_late
        requested            lapse      provider | staff  reschedule start+1d   -> requested until lapse
        requested            made       provider | staff  reschedule made+1h    -> requested until made+1h
    "

    a_visit_is_finished_from_its_start_on_for_a_week "
        accepted         start-1s    provider | staff  complete 8000      -> refused too_early from start
        accepted         start       provider | staff  complete 8000      -> done 8000
        accepted         end+7d      provider | staff  complete 8000      -> done 8000
        accepted         end+7d+1s   provider | staff  complete 8000      -> refused too_late
    "

    what_nobody_finishes_is_closed "
        accepted         end+7d      staff             lapse               -> refused not_in_state
        accepted         end+7d+1s   staff             lapse               -> closed
        accepted         end+7d+1s   resident | provider  lapse            -> refused wrong_part
        quoted 8001      end+14d     staff             lapse               -> refused not_in_state
        quoted 8001      end+14d+1s  staff             lapse               -> closed
    "

    an_amount_is_answered_within_another_week "
        quoted 8001      end+14d     resident          approve_quote 8001  -> done 8001
        quoted 8001      end+14d     resident          reject_quote        -> accepted
        quoted 8001      end+14d+1s  resident | staff  approve_quote 8001  -> refused too_late
        quoted 8001      end+14d+1s  resident | staff  reject_quote        -> refused too_late
    "

    staff_say_who_did_not_come "
        accepted         start+15m     staff     no_show provider   -> no_show by provider
        accepted         start+15m     staff     no_show resident   -> no_show by resident
        accepted         start+15m     resident  no_show provider   -> no_show by provider
        accepted         start+15m     provider  no_show resident   -> no_show by resident
        accepted         start+15m     resident  no_show resident   -> refused wrong_part
        accepted         start+15m     provider  no_show provider   -> refused wrong_part
        accepted         start+15m     resident | provider | staff  no_show staff  -> refused wrong_part
    "

    a_price_above_the_range_is_asked_first "
        accepted         end       provider          complete 0           -> done 0
        accepted         end       provider          complete 4999        -> done 4999
        accepted         end       provider          complete 5000        -> done 5000
        accepted         end       provider          complete 8000        -> done 8000
        accepted         end       provider | staff  complete 8001        -> quoted 8001
        quoted 8001      end       resident | staff  approve_quote 8001   -> done 8001
        quoted 8001      end       resident | staff  approve_quote 8000   -> refused quote_changed
        quoted 8001      end       resident          approve_quote 8002   -> refused quote_changed
        quoted 8001      end       resident | staff  reject_quote         -> accepted
    "

    a_visit_is_missed_a_quarter_of_an_hour_after_its_start "
        accepted         start+15m-1s  provider | resident | staff  no_show  -> refused too_early from start+15m
        accepted         start+15m     provider | staff             no_show  -> no_show by resident
        accepted         start+15m     resident                     no_show  -> no_show by provider
        accepted         end+7d        resident                     no_show  -> no_show by provider
        accepted         end+7d+1s     provider | resident | staff  no_show  -> refused too_late
    "

    each_side_reviews_once_without_having_read_the_other "
        done 8000                             end          resident  review 5  -> done 8000 reviewed resident
        done 8000                             end          provider  review 1  -> done 8000 reviewed provider
        done 8000 reviewed provider           end+7d-1s    resident  review 5  -> done 8000 reviewed resident provider
        done 8000 reviewed resident           end+7d-1s    provider  review 5  -> done 8000 reviewed resident provider
        done 8000 reviewed provider           end+7d       resident  review 5  -> refused too_late
        done 8000 reviewed resident           end+7d       provider  review 5  -> refused too_late
        done 8000                             end+60d      resident  review 5  -> done 8000 reviewed resident
        done 8000                             end+60d      provider  review 5  -> done 8000 reviewed provider
        done 8000                             end+60d+1s   resident | provider  review 5  -> refused too_late
        done 8000 reviewed resident@10d       end+17d-1s   provider  review 5  -> done 8000 reviewed resident provider
        done 8000 reviewed provider@10d       end+17d-1s   resident  review 5  -> done 8000 reviewed resident provider
        done 8000 reviewed resident@10d       end+17d      provider  review 5  -> refused too_late
        done 8000 reviewed resident@60d       end+67d-1s   provider  review 5  -> done 8000 reviewed resident provider
        done 8000 reviewed resident@60d       end+67d      provider  review 5  -> refused too_late
        done 8000 reviewed resident           end          resident  review 5  -> refused already_reviewed
        done 8000 reviewed provider           end          provider  review 5  -> refused already_reviewed
        done 8000 reviewed resident provider  end+7d       resident | provider  review 5  -> refused already_reviewed
    "

    what_a_state_does_not_know_is_refused "
        held         made   staff     accept | decline | reschedule start+1d                        -> refused not_in_state
        held         end    staff     complete 8000 | approve_quote 8000 | reject_quote | no_show   -> refused not_in_state
        held         end    resident  review 5                                                      -> refused not_in_state
        requested    made   staff     confirm | approve_quote 8000 | reject_quote                   -> refused not_in_state
        requested    end    staff     complete 8000 | no_show                                       -> refused not_in_state
        requested    end    resident  review 5                                                      -> refused not_in_state
        accepted     start  staff     confirm | accept | decline | lapse                            -> refused not_in_state
        accepted     end    staff     approve_quote 8000 | reject_quote                             -> refused not_in_state
        accepted     end    resident  review 5                                                      -> refused not_in_state
        quoted 9000  end    staff     confirm | accept | decline | cancel | reschedule start+1d     -> refused not_in_state
        quoted 9000  end    staff     complete 8000 | no_show | lapse                               -> refused not_in_state
        quoted 9000  end    resident  review 5                                                      -> refused not_in_state
        done 8000    end    staff     confirm | accept | decline | cancel | reschedule start+1d     -> refused not_in_state
        done 8000    end    staff     complete 8000 | approve_quote 8000 | reject_quote | no_show   -> refused not_in_state
        done 8000    end    staff     lapse                                                         -> refused not_in_state
    "

    what_is_over_stays_over "
        declined | expired | closed | cancelled | no_show  start+20m  staff     confirm | accept | decline | cancel | reschedule start+1d  -> refused not_in_state
        declined | expired | closed | cancelled | no_show  start+20m  staff     complete 8000 | approve_quote 8000 | reject_quote          -> refused not_in_state
        declined | expired | closed | cancelled | no_show  start+20m  staff     no_show | lapse                                            -> refused not_in_state
        declined | expired | closed | cancelled | no_show  end        resident  review 5                                                   -> refused not_in_state
    "

    each_side_makes_its_own_moves "
        held         made       provider             confirm                                -> refused wrong_part
        requested    made       resident             accept | decline                       -> refused wrong_part
        accepted     end        resident             complete 8000                          -> refused wrong_part
        quoted 9000  end        provider             approve_quote 9000 | reject_quote      -> refused wrong_part
        done 8000    end        staff                review 5                               -> refused wrong_part
        held         lapse+1s   resident | provider  lapse                                  -> refused wrong_part
        requested    lapse+1s   resident | provider  lapse                                  -> refused wrong_part
    "

    the_most_basic_reason_is_told_first "
        held                         lapse+1s    provider  confirm               -> refused wrong_part
        requested                    lapse+1s    resident  accept | decline      -> refused wrong_part
        done 8000                    end         resident  accept                -> refused wrong_part
        accepted                     start-1s    resident  complete 8000         -> refused wrong_part
        accepted                     end+61d     resident  complete 8000         -> refused wrong_part
        quoted 9000                  end+14d+1s  resident  approve_quote 1       -> refused too_late
        quoted 9000                  end         provider  approve_quote 1       -> refused wrong_part
        done 8000                    end+61d     staff     review 5              -> refused wrong_part
        requested                    cutoff+1s   resident  reschedule start+1d   -> refused request_lapsed
        requested                    end         resident | provider  reschedule start+1d  -> refused request_lapsed
        requested                    lapse+1s    staff     complete 8000         -> refused not_in_state
        cancelled                    cutoff+1s   resident  cancel                -> refused not_in_state
        done 8000                    end+61d     resident  cancel | no_show      -> refused not_in_state
        done 8000                    end         resident  approve_quote 1       -> refused not_in_state
        accepted | requested         end         resident  cancel                -> refused too_late
        accepted                     end         resident  reschedule start+1d   -> refused too_late
        done 8000 reviewed resident  end+60d+1s  resident  review 5              -> refused already_reviewed
    "
}
