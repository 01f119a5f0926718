//! Room for the words of a name.

/// An empty list with room for so many and no fewer, in as many bytes as the next power of two has. Those an allocator has ready; mimalloc takes
/// the long way to every other number, for places that have to be aligned.
pub(crate) fn room_for<T>(many: usize) -> Vec<T> {
    let size = size_of::<T>().max(1);
    let bytes = many.saturating_mul(size).checked_next_power_of_two();
    Vec::with_capacity(bytes.map_or(many, |bytes| bytes / size))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_room_for_as_many() {
        for many in 0..100 {
            assert!(room_for::<[u64; 5]>(many).capacity() >= many);
            assert!(room_for::<u8>(many).capacity() >= many);
            assert!(room_for::<()>(many).capacity() >= many);
        }
        assert_eq!(room_for::<[u64; 5]>(4).capacity(), 6);
    }
}
