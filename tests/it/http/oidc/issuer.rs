//! A small issuer of tokens: a real HTTP server with keys of its own.
//!
//! Owns its documents and how it signs. It counts how often it is asked.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::rsa::{KeyPair as RsaKeyPair, PublicKeyComponents};
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::process::Command;
use std::sync::{Arc, Mutex};

/// An issuer.
pub struct Issuer {
    pub url: String,
    documents: Arc<Mutex<BTreeMap<String, (String, String)>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

/// A key that signs.
pub enum Signer {
    Rsa(Box<RsaKeyPair>),
    Ec(Box<EcdsaKeyPair>),
}

pub fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub fn now() -> u64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs()
}

impl Signer {
    pub fn ec() -> Self {
        let (kind, random) = (&ECDSA_P256_SHA256_FIXED_SIGNING, SystemRandom::new());
        let key = EcdsaKeyPair::generate_pkcs8(kind, &random).unwrap();
        Self::Ec(Box::new(EcdsaKeyPair::from_pkcs8(kind, key.as_ref(), &random).unwrap()))
    }

    /// Made by openssl: ring makes no such keys.
    pub fn rsa() -> Self {
        let make = "openssl genrsa 2048 2>/dev/null | openssl pkcs8 -topk8 -nocrypt -outform DER";
        let made = Command::new("sh").args(["-c", make]).output().unwrap();
        Self::Rsa(Box::new(RsaKeyPair::from_pkcs8(&made.stdout).unwrap()))
    }

    /// The public key as a JSON web key.
    pub fn public(&self, id: &str) -> Value {
        match self {
            Self::Rsa(key) => {
                let public: PublicKeyComponents<Vec<u8>> = key.public().into();
                json!({ "kty": "RSA", "kid": id, "use": "sig", "n": encode(public.n), "e": encode(public.e) })
            }
            Self::Ec(key) => {
                let (x, y) = key.public_key().as_ref()[1..].split_at(32);
                json!({ "kty": "EC", "crv": "P-256", "alg": "ES256", "kid": id, "x": encode(x), "y": encode(y) })
            }
        }
    }

    pub fn sign(&self, header: &Value, claims: &Value) -> String {
        let message = format!("{}.{}", encode(header.to_string()), encode(claims.to_string()));
        let random = SystemRandom::new();
        let signature = match self {
            Self::Rsa(key) => {
                let mut signature = vec![0; key.public().modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &random, message.as_bytes(), &mut signature).unwrap();
                signature
            }
            Self::Ec(key) => key.sign(&random, message.as_bytes()).unwrap().as_ref().to_vec(),
        };
        format!("{message}.{}", encode(signature))
    }

    /// A token with the header that belongs to the key.
    pub fn token(&self, id: &str, claims: &Value) -> String {
        let alg = if matches!(self, Self::Rsa(_)) { "RS256" } else { "ES256" };
        self.sign(&json!({ "alg": alg, "kid": id, "typ": "at+jwt" }), claims)
    }
}

impl Issuer {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://127.0.0.1:{}/realms/team", listener.local_addr().unwrap().port());
        let issuer = Self { url, documents: Arc::default(), asked: Arc::default() };
        let (documents, asked) = (issuer.documents.clone(), issuer.asked.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let mut reader = BufReader::new(stream);
                let mut line = String::new();
                let _ = reader.read_line(&mut line);
                let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
                while reader.read_line(&mut line).is_ok_and(|read| read > 2) {}
                let missing = || ("404 Not Found".to_owned(), String::new());
                let (status, body) = documents.lock().unwrap().get(&path).cloned().unwrap_or_else(missing);
                asked.lock().unwrap().push(path);
                let _ = write!(
                    reader.get_mut(),
                    "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
                    body.len()
                );
            }
        });
        issuer.describe(&issuer.url, &format!("{}/keys", issuer.url));
        issuer
    }

    /// Answers a path below the issuer in this way.
    pub fn answer(&self, path: &str, status: &str, body: String) {
        let below = self.url.splitn(4, '/').nth(3).unwrap();
        self.documents.lock().unwrap().insert(format!("/{below}{path}"), (status.to_owned(), body));
    }

    pub fn describe(&self, issuer: &str, keys: &str) {
        let document = json!({ "issuer": issuer, "jwks_uri": keys }).to_string();
        self.answer("/.well-known/openid-configuration", "200 OK", document);
    }

    pub fn publish(&self, keys: &[Value]) {
        self.answer("/keys", "200 OK", json!({ "keys": keys }).to_string());
    }

    /// The claims of good tokens.
    pub fn claims(&self) -> Value {
        json!({
            "iss": self.url, "sub": "f81d4fae", "aud": ["account", "runcell"], "iat": now(), "nbf": now(), "exp": now() + 300,
            "preferred_username": "ann", "realm_access": { "roles": ["everybody"] },
        })
    }

    /// How often a path that ends so was asked for.
    pub fn asked(&self, end: &str) -> usize {
        self.asked.lock().unwrap().iter().filter(|path| path.ends_with(end)).count()
    }
}
