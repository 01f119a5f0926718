//! The fonts of the tree, and further ones that somebody names for the scripts that those lack.

use std::path::Path;
use std::sync::Arc;

use krilla::text::Font;

use crate::PrintFault;

const REGULAR: &[u8] = include_bytes!("../fonts/NotoSans-Regular.ttf");
const BOLD: &[u8] = include_bytes!("../fonts/NotoSans-Bold.ttf");
const ARABIC: &[u8] = include_bytes!("../fonts/NotoSansArabic-Regular.ttf");

/// One font, for drawing and for shaping.
#[derive(Clone)]
pub(crate) struct Face {
    pub(crate) font: Font,
    bytes: Arc<Vec<u8>>,
    pub(crate) units: f32,
}

impl Face {
    fn new(name: &str, bytes: Vec<u8>) -> Result<Self, PrintFault> {
        let bytes = Arc::new(bytes);
        let wrong = || PrintFault::Font(name.to_owned());
        let font = Font::new(bytes.as_ref().clone().into(), 0).ok_or_else(wrong)?;
        let units = font.units_per_em();
        rustybuzz::Face::from_slice(&bytes, 0).ok_or_else(wrong)?;
        Ok(Self { font, bytes, units })
    }

    /// For shaping.
    pub(crate) fn shaper(&self) -> Option<rustybuzz::Face<'_>> {
        rustybuzz::Face::from_slice(&self.bytes, 0)
    }
}

/// The fonts of a paper, in the order in which they are asked for a character.
#[derive(Clone)]
pub struct Fonts {
    pub(crate) regular: Vec<Face>,
    pub(crate) bold: Vec<Face>,
}

impl std::fmt::Debug for Fonts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Fonts").field("faces", &self.regular.len()).finish_non_exhaustive()
    }
}

impl Fonts {
    /// The fonts of the tree alone: the same everywhere.
    ///
    /// # Errors
    /// None that a test would not have seen.
    pub fn embedded() -> Result<Self, PrintFault> {
        let regular = Face::new("Noto Sans", REGULAR.to_vec())?;
        let bold = Face::new("Noto Sans Bold", BOLD.to_vec())?;
        let arabic = Face::new("Noto Sans Arabic", ARABIC.to_vec())?;
        Ok(Self { regular: vec![regular.clone(), arabic.clone()], bold: vec![bold, regular, arabic] })
    }

    /// With a font file more, for characters that those before it lack.
    ///
    /// # Errors
    /// It cannot be read, or is no font.
    pub fn with_file(mut self, path: &Path) -> Result<Self, PrintFault> {
        let name = path.display().to_string();
        let bytes = std::fs::read(path).map_err(|_| PrintFault::Font(name.clone()))?;
        let face = Face::new(&name, bytes)?;
        self.regular.push(face.clone());
        self.bold.push(face);
        Ok(self)
    }

    /// With all fonts of a folder, in the order of their names; a folder that is not there has none.
    ///
    /// # Errors
    /// One of its files is no font.
    pub fn with_folder(self, folder: &Path) -> Result<Self, PrintFault> {
        let entries = match std::fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(self),
            Err(_) => return Err(PrintFault::Font(folder.display().to_string())),
        };
        let mut paths: Vec<_> =
            entries.flatten().map(|entry| entry.path()).filter(|path| is_font(path)).collect();
        paths.sort();
        paths.iter().try_fold(self, |fonts, path| fonts.with_file(path))
    }
}

/// A licence or a note may lie beside the fonts.
fn is_font(path: &Path) -> bool {
    let ending = path.extension().and_then(|e| e.to_str()).unwrap_or_default().to_ascii_lowercase();
    ["ttf", "otf", "ttc", "otc"].contains(&ending.as_str())
}
