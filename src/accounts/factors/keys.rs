//! The keys of second factors: what is stored of a factor is sealed or digested by keys made from the installation's secret.
//!
//! This protects against a copy of the database alone — a backup, a stolen disk, somebody who may read tables: such a
//! copy neither gives codes nor lets them be guessed, and a sealed secret put into another account's row does not open.
//! It does not protect against whoever also holds the installation's secret, and whoever changes that secret makes every
//! factor unreadable: each then has to be set up anew.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::error::{Error, Result};
use crate::ids::AccountId;

const NONCE: usize = 24;

/// Made anew from the installation's secret whenever they are needed; kept nowhere.
#[derive(Clone)]
pub struct Keys {
    sealing: [u8; 32],
    digesting: [u8; 32],
}

impl Keys {
    pub fn of(secret: &[u8; 64]) -> Result<Keys> {
        Ok(Keys {
            sealing: mac(secret, &[b"kanmon second factor, sealing, 1"])?,
            digesting: mac(secret, &[b"kanmon second factor, digesting, 1"])?,
        })
    }

    /// Seals a secret for one account, under a nonce of its own.
    pub(super) fn seal(&self, account: &AccountId, secret: &[u8]) -> Result<String> {
        let mut nonce = [0_u8; NONCE];
        getrandom::fill(&mut nonce).map_err(|cause| Error::broken("random", cause))?;
        let payload = Payload {
            msg: secret,
            aad: account.as_str().as_bytes(),
        };
        let sealed = self
            .cipher()?
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|cause| Error::broken("sealing", cause))?;
        Ok(STANDARD_NO_PAD.encode([nonce.as_slice(), &sealed].concat()))
    }

    /// None where it was sealed for another account or under another secret of the installation.
    pub(super) fn open(&self, account: &AccountId, sealed: &str) -> Result<Option<Vec<u8>>> {
        let Ok(bytes) = STANDARD_NO_PAD.decode(sealed) else {
            return Ok(None);
        };
        let Some((nonce, sealed)) = bytes.split_first_chunk::<NONCE>() else {
            return Ok(None);
        };
        let payload = Payload {
            msg: sealed,
            aad: account.as_str().as_bytes(),
        };
        Ok(self.cipher()?.decrypt(&XNonce::from(*nonce), payload).ok())
    }

    /// What is kept of a code: nothing that could be tried out without the key.
    pub(super) fn digest(&self, account: &AccountId, purpose: &str, code: &str) -> Result<String> {
        let parts = [account.as_str(), "\n", purpose, "\n", code].map(str::as_bytes);
        mac(&self.digesting, &parts).map(hex::encode)
    }

    fn cipher(&self) -> Result<XChaCha20Poly1305> {
        XChaCha20Poly1305::new_from_slice(&self.sealing)
            .map_err(|cause| Error::broken("sealing key", cause))
    }
}

fn mac(key: &[u8], parts: &[&[u8]]) -> Result<[u8; 32]> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key)
        .map_err(|cause| Error::broken("digesting key", cause))?;
    for part in parts {
        mac.update(part);
    }
    Ok(mac.finalize().into_bytes().into())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_for_its_own_account_and_installation_only() {
        let (own, other): (AccountId, AccountId) = (
            "00000000-0000-7000-8000-000000000001".parse().unwrap(),
            "00000000-0000-7000-8000-000000000002".parse().unwrap(),
        );
        let keys = Keys::of(&[7; 64]).unwrap();
        let sealed = keys.seal(&own, b"twenty bytes of secret").unwrap();
        assert_eq!(
            keys.open(&own, &sealed).unwrap().unwrap(),
            b"twenty bytes of secret"
        );
        assert_eq!(keys.open(&other, &sealed).unwrap(), None);
        assert_eq!(
            Keys::of(&[8; 64]).unwrap().open(&own, &sealed).unwrap(),
            None
        );
        assert_eq!(keys.open(&own, "").unwrap(), None);
        assert_eq!(keys.open(&own, "あ").unwrap(), None);
        assert_ne!(sealed, keys.seal(&own, b"twenty bytes of secret").unwrap());
        let digest = |keys: &Keys, whose, code| keys.digest(whose, "card 1", code).unwrap();
        assert_ne!(digest(&keys, &own, "1"), digest(&keys, &other, "1"));
        assert_ne!(
            digest(&keys, &own, "1"),
            digest(&Keys::of(&[8; 64]).unwrap(), &own, "1")
        );
    }
}
