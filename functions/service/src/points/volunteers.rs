//! Being written by the activities writer, who is alive again (see /tmp/brief/activities-writer.md).
