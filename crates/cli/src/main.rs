//! The `countersign` command line.
//!
//! Flow: **list → entity → index → hit → facts → decision → record → proof → page**. Comes in: arguments, files, the
//! data directory. Goes out: data on stdout, words on stderr, and a typed exit code ([`exit::Exit`]). Next: the
//! person who must act, or the program that called.
//!
//! - [`command`]: one file per command: what it takes and what it prints
//! - [`page`]: a finished result to lines that people read
//! - [`printer`]: the one way to stdout and stderr
//!
//! The operations themselves, the data directory and the clock are the room `operations`.

mod command;
mod exit;
mod page;
mod printer;

use std::process::ExitCode;

use clap::Parser as _;

use crate::exit::Exit;
use crate::printer::Printer;

#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = match command::Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // help and version are asked for; everything else is a wrong command line
            let code = if error.use_stderr() { Exit::Input } else { Exit::Ok };
            // a closed pipe is no fault of ours, and there is nowhere left to tell it
            let _ = error.print();
            return code.into();
        }
    };
    let mut printer = Printer::new();
    let exit = match cli.run(&mut printer) {
        Ok(exit) => exit,
        Err(failure) => {
            printer.fault(&failure.to_string());
            Exit::from(&failure)
        }
    };
    match printer.finish() {
        Ok(()) => exit.into(),
        Err(failure) => {
            printer.fault(&failure.to_string());
            Exit::from(&failure).into()
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    /// No two arguments of a command have one name, no example of use is impossible: clap finds that only when it is asked.
    #[test]
    fn the_command_line_fits_together() {
        super::command::Cli::command().debug_assert();
    }

    /// An example that is broken in the middle cannot be copied, and a paragraph wrapped twice is hard to read.
    #[test]
    fn help_pages_keep_their_lines() {
        fn look(mut command: clap::Command, path: &str, broken: &mut Vec<String>) {
            let path = format!("{path} {}", command.get_name());
            let text = command.get_after_long_help().map(ToString::to_string).unwrap_or_default();
            let page = command.render_long_help().to_string();
            for line in text.lines().filter(|line| line.starts_with(' ')) {
                if !page.lines().any(|shown| shown.trim_end() == line.trim_end()) {
                    broken.push(format!("{path}: {line}"));
                }
            }
            // a line of a paragraph goes to the edge: what is wrapped by hand would be wrapped again
            let lines: Vec<&str> = text.lines().collect();
            for pair in lines.windows(2) {
                if let [line, next] = pair
                    && line.chars().count() > 100
                    && next.starts_with(char::is_lowercase)
                {
                    broken.push(format!("{path}: {next}"));
                }
            }
            for below in command.get_subcommands().cloned().collect::<Vec<_>>() {
                look(below, &path, broken);
            }
        }
        let mut broken = Vec::new();
        look(super::command::Cli::command(), "", &mut broken);
        assert!(broken.is_empty(), "{}", broken.join("\n"));
    }
}
