//! The inbox, messages that could not be delivered, and the health of the whole.

use domain::notice::{Data, Topic};
use domain::{CommandId, MessageId};

use crate::endpoint::{None_, Page, endpoints, json};
use crate::identity::PageQuery;
use crate::moment::Moment;

endpoints! {
    /// Notices to oneself, newest first.
    ListInbox: Get "/v1/inbox" () [PageQuery] as Self_, None_ => 200 Page<InboxMessage>;
    /// Mark one as read.
    ReadMessage: Post "/v1/inbox/{id}/read" (MessageId) as Self_, None_ => 204 ();
    /// Messages that could not be delivered and wait for a person, newest first.
    ListStuck: Get "/v1/stuck" () [PageQuery] as HandleMessages, None_ => 200 Page<StuckMessage>;
    /// Have such a message tried again.
    RetryStuck: Post "/v1/stuck/{id}/retry" (MessageId) as HandleMessages, HandleStuckBody => 204 ();
    /// Let such a message go: they were told otherwise, or need not know any more.
    DismissStuck: Post "/v1/stuck/{id}/dismiss" (MessageId) as HandleMessages, HandleStuckBody => 204 ();
    /// The key that signs this server's messages to browsers: `applicationServerKey` of `PushManager.subscribe`.
    GetPushKey: Get "/v1/push/key" () as Self_, None_ => 200 PushKeyView;
    /// Tell this browser too of what is urgent, until this session ends. Of more than five, the one that asked the longest ago is told no more.
    PutPush: Put "/v1/me/push" () as Self_, PutPushBody => 204 ();
    /// Tell this WeChat account too, which tapped for it in the mini programme; one message for each tap. As with browsers, until this session ends.
    PutWechat: Put "/v1/me/wechat" () as Self_, PutWechatBody => 204 ();
    /// Browsers and accounts that asked in this session are told no more.
    DeletePush: Delete "/v1/me/push" () as Self_, None_ => 204 ();
    /// Is the service able to answer, and does what falls due get done? Asks the store.
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
    pub struct StuckMessage {
        pub id: MessageId,
        /// Absent, as is the topic, where the message cannot be read.
        pub at: Option<Moment>,
        pub topic: Option<Topic>,
        pub data: Data,
        /// Names of those it is for.
        pub to: Vec<String>,
        pub attempts: u32,
        pub tried_at: Option<Moment>,
        /// Why the last attempt failed, as the channel put it.
        pub reason: String,
    }
    pub struct HandleStuckBody {
        pub id: CommandId,
    }
    pub struct PushKeyView {
        /// A point of the curve P-256, uncompressed: 65 bytes in base64url without padding.
        pub key: String,
    }
    /// A `PushSubscription` of a browser.
    pub struct PutPushBody {
        /// Where its maker's server takes messages for it.
        pub endpoint: String,
        /// Its public key, 65 bytes, and the secret it shares with us, 16, in base64url without padding.
        pub p256dh: String,
        pub auth: String,
    }
    pub struct PutWechatBody {
        /// Whose it is in the mini programme.
        pub openid: String,
    }
    pub struct Health {
        /// `ok`
        pub status: String,
        /// `ok`, or `late` where the sweeper was not by for five minutes: what falls due waits.
        pub sweeper: String,
        pub version: String,
        pub now: Moment,
    }
}
