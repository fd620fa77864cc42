//! A dossier as a download: made away from the pages, one at a time, and sent piece by piece.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::pin::Pin;
use std::sync::TryLockError;
use std::task::{Context, Poll};

use actix_web::HttpResponse;
use actix_web::body::{BodySize, MessageBody};
use actix_web::http::header;
use actix_web::web::Bytes;

use super::dossier::{self, Made};
use crate::db::Db;
use crate::dossiers::folder::{self, Passing};
use crate::dossiers::{self, About};
use crate::error::{Error, Result};
use crate::ids::{DeliveryId, FacilityId};
use crate::scope::{Actor, Scope};
use crate::web::visitor::LooksBack;
use crate::web::{Answer, By, Id, Site};
use crate::witness;

/// Bytes of one piece.
const PIECE: usize = 64 * 1024;

/// GET /facilities/{id}/dossier.zip
pub async fn facility(site: Site, who: By<LooksBack>, Id(id): Id<FacilityId>) -> Answer {
    made(&site, &who, About::Facility(id)).await
}

/// GET /deliveries/{id}/dossier.zip
pub async fn delivery(site: Site, who: By<LooksBack>, Id(id): Id<DeliveryId>) -> Answer {
    made(&site, &who, About::Delivery(id)).await
}

async fn made(site: &Site, who: &By<LooksBack>, about: About) -> Answer {
    let (db, making) = (site.db.clone(), site.making.clone());
    let key_file = site.config.checkpoints.key_file.clone();
    let (actor, scope) = (who.actor().clone(), who.scope.clone());
    let (file, name) = site
        .block(move || {
            // Whoever comes meanwhile is asked to try again, rather than the disk to hold many.
            let _alone = match making.try_lock() {
                Ok(alone) => alone,
                Err(TryLockError::Poisoned(left)) => left.into_inner(),
                Err(TryLockError::WouldBlock) => return Err(Error::Busy),
            };
            packed(&db, &key_file, (&actor, &scope), &about)
        })
        .await?;
    let size = file
        .metadata()
        .map_err(|cause| Error::broken("the dossier's size", cause))?
        .len();
    Ok(HttpResponse::Ok()
        .content_type("application/zip")
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}.zip\""),
        ))
        .body(Sent { file, size }))
}

/// The dossier as one open file that is on disk no longer than it is open, and its name.
fn packed(
    db: &Db,
    key_file: &Path,
    (actor, scope): (&Actor, &Scope),
    about: &About,
) -> Result<(File, String)> {
    let (for_log, asked) = (scope.clone(), about.clone());
    let titled = db.write(actor, move |tx| dossiers::record_made(tx, &for_log, &asked))?;
    // The checkpoint comes after the row that says the dossier was made, so that it speaks of the whole export.
    let secret =
        witness::key::secret(key_file).map_err(|why| Error::broken("checkpoint key", why))?;
    witness::sign(db, &secret, &Actor::system("witness"))?;
    let made = Made {
        by: actor.name.clone(),
        at: db.clock().now(),
    };
    let place = Passing::folder(made.at)?;
    let inside = place.path().join("files");
    let names = db.read(|conn| dossier::write(conn, scope, &titled, &made, &inside))?;
    let name = format!("kanmon-{}-{}", titled.kind(), titled.id());
    let zip = place.path().join("dossier.zip");
    folder::pack(&inside, &names, &zip, &name)?;
    let file = File::open(&zip).map_err(|cause| Error::broken("the dossier", cause))?;
    Ok((file, name))
}

/// A file as the body of an answer: never more than a piece of it in memory.
struct Sent {
    file: File,
    size: u64,
}

impl MessageBody for Sent {
    type Error = io::Error;

    fn size(&self) -> BodySize {
        BodySize::Sized(self.size)
    }

    fn poll_next(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, io::Error>>> {
        let mut piece = vec![0; PIECE];
        Poll::Ready(match self.get_mut().file.read(&mut piece) {
            Ok(0) => None,
            Ok(read) => {
                piece.truncate(read);
                Some(Ok(Bytes::from(piece)))
            }
            Err(cause) => Some(Err(cause)),
        })
    }
}
