//! Pictures and documents of cases. `AttachFile`, `GetCaseFile`: those who keep files; the look is written down. What
//! a file is says its beginning; of a picture nothing is kept but what is seen on it, and of a document nothing of who
//! made it. The same file again under the same id is the same.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use domain::care::attachment::kept;
use domain::care::{AttachmentForm, Case, CaseFile, Field};
use domain::{AttachmentId, Refusal, limits};
use sha2::{Digest, Sha256};
use store::care::{Attachment, CareChange};
use store::market::Beside;
use wire::care::{AttachFile, CaseFileView, GetCaseFile};
use wire::{Code, Endpoint, Problem};

use super::change::stored;
use super::faces::{self, Faces};
use crate::error::Error;
use crate::http::{Answer, Call, Outcome, Sheet};
use crate::identity::views;
use crate::market::import::read::bad_file;
use crate::parse;
use crate::points::tries::until_settled;

fn digest(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in Sha256::digest(bytes) {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

pub async fn attach(call: Call<AttachFile>) -> Outcome<AttachFile> {
    let id = call.query.id.unwrap_or_else(|| {
        let (millis, chance) = call.ctx.fresh(call.now);
        AttachmentId::new(millis, chance)
    });
    let done: Result<CaseFileView, Error> = until_settled!(attached(&call, id));
    Ok(Answer::new(done?))
}

async fn attached(call: &Call<AttachFile>, id: AttachmentId) -> Result<CaseFileView, Error> {
    let (ctx, who, at) = (&call.ctx, &call.who, call.now);
    let com = who.community.id;
    let about = call.query.about.as_deref();
    let about = parse::note(about, limits::LINE_CHARS, "?about")?;
    let before = stored(ctx, com, call.path.0).await?;
    let sent = digest(&call.file);
    if let Some(known) = before.files.iter().find(|one| one.id == id) {
        return same(call, &before, known, &sent).await;
    }
    if call.file.len() > limits::ATTACHMENT_BYTES {
        return Err(Problem::new(Code::BodyTooLarge)
            .with("bytes_max", limits::ATTACHMENT_BYTES)
            .into());
    }
    let what = match call.file.is_empty() {
        true => "empty",
        false => "damaged",
    };
    let (form, bytes) = kept(&call.file).ok_or_else(|| bad_file(what))?;
    let file = CaseFile {
        id,
        form,
        about,
        bytes: u32::try_from(bytes.len()).unwrap_or(u32::MAX),
        sent,
        kept: digest(&bytes),
        by: who.person.id,
        at,
    };
    let after = before.attached(file.clone())?;
    let change = CareChange {
        attachment: Some(Attachment {
            id,
            person: after.person,
            case: after.id,
            data: STANDARD.encode(&bytes),
        }),
        cases: vec![after.clone()],
        ..CareChange::default()
    };
    match ctx.store.write_care(com, &change, &Beside::default()).await {
        // The reply to a first try was lost, or somebody else has a file of that id.
        Err(store::Error::Refused(Refusal::IdReused)) => {
            let now = stored(ctx, com, call.path.0).await?;
            let known = now.files.iter().find(|one| one.id == id);
            let known = known.ok_or(Refusal::IdReused)?;
            same(call, &now, known, &file.sent).await
        }
        done => {
            done?;
            shown(call, &after, &file).await
        }
    }
}

/// A file that is there already. Refuses: `IdReused` where it is another.
async fn same(
    call: &Call<AttachFile>,
    case: &Case,
    known: &CaseFile,
    sent: &str,
) -> Result<CaseFileView, Error> {
    match known.sent == sent {
        true => shown(call, case, known).await,
        false => Err(Refusal::IdReused.into()),
    }
}

/// The look is written down.
async fn shown<E: Endpoint>(
    call: &Call<E>,
    case: &Case,
    file: &CaseFile,
) -> Result<CaseFileView, Error> {
    let (ctx, who) = (&call.ctx, &call.who);
    views::log(ctx, who, case.person, E::NAME, "", call.now).await?;
    let faces = Faces::of(ctx, who.community.id, [file.by].into()).await?;
    Ok(faces::file_view(who, file, &faces))
}

pub async fn get(call: Call<GetCaseFile>) -> Outcome<GetCaseFile> {
    let (ctx, who, (case, id)) = (&call.ctx, &call.who, call.path);
    let com = who.community.id;
    let case = stored(ctx, com, case).await?;
    if !faces::sees(ctx, who).await?.contains(&Field::Notes) {
        return Err(Refusal::NotAllowed.into());
    }
    let mut files = case.files.iter();
    let file = files.find(|one| one.id == id).ok_or(Refusal::Missing)?;
    views::log(ctx, who, case.person, GetCaseFile::NAME, "", call.now).await?;
    let found = ctx.store.attachment(com, case.person, id).await?;
    let found = found.ok_or(Refusal::Missing)?;
    let bytes = STANDARD.decode(&found.data);
    let bytes = bytes.map_err(|_| Error::from(Problem::new(Code::Failed)))?;
    let (ending, content_type) = match file.form {
        AttachmentForm::Jpeg => ("jpg", "image/jpeg"),
        AttachmentForm::Png => ("png", "image/png"),
        AttachmentForm::Pdf => ("pdf", "application/pdf"),
    };
    Ok(Answer::sheet(Sheet {
        name: format!("{id}.{ending}"),
        content_type,
        bytes: Bytes::from(bytes),
    }))
}
