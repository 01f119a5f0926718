//! Where a tile lies: level, number and width, and the path that follows (C2SP `tlog-tiles`).

/// How many hashes or entries a full tile has.
pub const TILE_WIDTH: u64 = 256;

/// What a tile holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// Hashes of a level: level 0 has the entries' hashes, each hash of level L+1 covers a full tile of L.
    Level(u8),
    /// Entries.
    Entries,
}

/// One tile, full (`width` 256) or partial.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Tile {
    pub(crate) kind: Kind,
    pub(crate) number: u64,
    pub(crate) width: u64,
}

impl Tile {
    pub(crate) fn full(kind: Kind, number: u64) -> Self {
        Self { kind, number, width: TILE_WIDTH }
    }

    pub(crate) fn of_width(self, width: u64) -> Self {
        Self { width, ..self }
    }

    /// The path of the full tile, for example `tile/0/x001/x234/067`.
    fn stem(&self) -> String {
        let mut groups = format!("{:03}", self.number % 1000);
        let mut rest = self.number / 1000;
        while rest > 0 {
            groups = format!("x{:03}/{groups}", rest % 1000);
            rest /= 1000;
        }
        match self.kind {
            Kind::Level(level) => format!("tile/{level}/{groups}"),
            Kind::Entries => format!("tile/entries/{groups}"),
        }
    }

    /// The directory of the tile's partial versions.
    pub(crate) fn partials(&self) -> String {
        format!("{}.p", self.stem())
    }

    pub(crate) fn path(&self) -> String {
        if self.width == TILE_WIDTH { self.stem() } else { format!("{}/{}", self.partials(), self.width) }
    }

    /// The tile at a path; only the one spelling of it.
    pub(crate) fn parse(path: &str) -> Option<Self> {
        let rest = path.strip_prefix("tile/")?;
        let (kind, rest) = rest.split_once('/')?;
        let kind = if kind == "entries" { Kind::Entries } else { Kind::Level(kind.parse().ok()?) };
        let (stem, width) = match rest.split_once(".p/") {
            Some((stem, width)) => (stem, width.parse().ok()?),
            None => (rest, TILE_WIDTH),
        };
        let mut number = 0u64;
        for group in stem.split('/') {
            let digits = group.strip_prefix('x').unwrap_or(group);
            number = number.checked_mul(1000)?.checked_add(digits.parse().ok()?)?;
        }
        let tile = Self { kind, number, width };
        (tile.path() == path && (1..=TILE_WIDTH).contains(&width)).then_some(tile)
    }
}

/// How many nodes the level `level` of tiles has in a tree of `size` entries: `size / 256^level`.
pub(crate) fn nodes(size: u64, level: u8) -> u64 {
    size.checked_shr(8 * u32::from(level)).unwrap_or(0)
}

/// How many hashes or entries of the tile `number` at `level` lie in a tree of `size` entries.
pub(crate) fn width(size: u64, level: u8, number: u64) -> u64 {
    nodes(size, level).saturating_sub(number.saturating_mul(TILE_WIDTH)).min(TILE_WIDTH)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of C2SP `tlog-tiles`.
    #[test]
    fn paths_are_those_of_tlog_tiles() {
        let tile = Tile::full(Kind::Level(0), 1_234_067);
        assert_eq!(tile.path(), "tile/0/x001/x234/067");
        let entries = Tile::full(Kind::Entries, 0).of_width(13);
        assert_eq!(entries.path(), "tile/entries/000.p/13");
        for path in ["tile/0/x001/x234/067", "tile/entries/000.p/13", "tile/3/x999/000.p/255"] {
            assert_eq!(Tile::parse(path).unwrap().path(), path);
        }
        for stray in [
            "tile/0/0",
            "tile/0/x000/001",
            "tile/0/000.p/0",
            "tile/0/000.p/256",
            "tile/x/000",
            "tile/0/000.tmp",
        ] {
            assert_eq!(Tile::parse(stray), None, "{stray}");
        }
    }

    /// The example of C2SP `tlog-tiles`: a tree of 70,000 entries.
    #[test]
    fn widths_are_those_of_tlog_tiles() {
        assert_eq!((width(70_000, 0, 272), width(70_000, 0, 273), width(70_000, 0, 274)), (256, 112, 0));
        assert_eq!((width(70_000, 1, 0), width(70_000, 1, 1), width(70_000, 2, 0)), (256, 17, 1));
        assert_eq!(width(u64::MAX, 8, 0), 0);
    }
}
