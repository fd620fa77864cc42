#![doc = include_str!("../ARCHITECTURE.md")]

// Floor 0: the notice as pure functions.
pub mod rules;

// Floor 1: plumbing, one file each.
pub mod access;
pub mod audit;
pub mod clock;
pub mod codes;
pub mod config;
pub mod counters;
pub mod db;
pub mod error;
pub mod guards;
pub mod ids;
pub mod mail;
pub mod mailbox;
pub mod merkle;
pub mod messages;
pub mod notes;
pub mod outbox;
pub mod schema;
pub mod scope;
pub mod signatures;
pub mod tables;
pub mod vectors;
pub mod verdicts;
pub mod witness;
pub mod wording;

// Rooms: records and verbs (floor 2), each importing only earlier ones, and their pages (floor 4).
pub mod accounts;
pub mod attestations;
pub mod cases;
pub mod contacts;
pub mod deliveries;
pub mod dossiers;
pub mod facilities;
pub mod house;
pub mod physicians;
pub mod programmes;
pub mod reminders;
pub mod standings;

// Floor 3: what every page shares.
pub mod web;

// Floor 4: pages that look across rooms; the rooms' own pages stand in the rooms.
pub mod inspection;
pub mod letters;
pub mod notice_pages;
pub mod proof_pages;
pub mod today;

// Floor 5: every address in one list.
pub mod app;
