//! The inbox, and the health of the whole.

use domain::MessageId;
use domain::notice::{Data, Topic};

use crate::endpoint::{None_, Page, endpoints, json};
use crate::identity::PageQuery;
use crate::moment::Moment;

endpoints! {
    /// Notices to oneself, newest first.
    ListInbox: Get "/v1/inbox" () [PageQuery] as Self_, None_ => 200 Page<InboxMessage>;
    /// Mark one as read.
    ReadMessage: Post "/v1/inbox/{id}/read" (MessageId) as Self_, None_ => 204 ();
    /// Is the service able to answer? Asks the store.
    GetHealth: Get "/v1/health" () as Public, None_ => 200 Health;
}

json! {
    pub struct InboxMessage {
        pub id: MessageId,
        pub at: Moment,
        pub topic: Topic,
        /// What the words are filled with: names, ids, times.
        pub data: Data,
        pub read: bool,
    }
    pub struct Health {
        /// `ok`
        pub status: String,
        pub version: String,
        pub now: Moment,
    }
}
