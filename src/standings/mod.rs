//! Stub until the room of standings lands: each facility's gate without an order, renewed with its evidence.

use crate::db::Tx;
use crate::error::Result;
use crate::ids::{FacilityId, ProgrammeId};

/// Judges the standings of these facilities, and of those that depend on them, again.
pub fn renew(_tx: &mut Tx<'_>, _programme: &ProgrammeId, _facilities: &[FacilityId]) -> Result<()> {
    Ok(())
}
