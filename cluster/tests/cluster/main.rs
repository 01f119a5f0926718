//! A file of parties through every engine, whatever is killed: the output is that of one process.

mod ballista;
mod common;
mod here;
mod workers;
