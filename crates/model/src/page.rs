//! Pages of lists: how many, and from where on.
//!
//! Owns the bounds of a page. What a cursor holds is the business of whoever makes the list.

/// The most rows of a page.
pub const MAX_ROWS: u32 = 200;

/// A page that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRequest {
    /// How many rows, from 1 to [`MAX_ROWS`]; other numbers count as the nearest of these.
    pub limit: u32,
    /// The `next` of the page before; none for the first page.
    pub cursor: Option<String>,
}

impl Default for PageRequest {
    fn default() -> Self {
        Self { limit: 50, cursor: None }
    }
}

impl PageRequest {
    /// The number of rows within its bounds.
    #[must_use]
    pub fn rows(&self) -> u32 {
        self.limit.clamp(1, MAX_ROWS)
    }
}

/// A page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// Its rows.
    pub items: Vec<T>,
    /// The cursor of the page after it; none where this is the last one.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// The page of a list that was read with one row more than asked for, which says that there is another page.
    #[must_use]
    pub fn of(mut items: Vec<T>, request: &PageRequest, cursor: impl Fn(&T) -> String) -> Self {
        let rows = usize::try_from(request.rows()).unwrap_or(usize::MAX);
        let more = items.len() > rows;
        items.truncate(rows);
        Self { next: items.last().filter(|_| more).map(cursor), items }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_too_many_says_that_there_is_more() {
        let request = PageRequest { limit: 2, cursor: None };
        assert_eq!(Page::of(vec![1, 2, 3], &request, i32::to_string).next.as_deref(), Some("2"));
        assert_eq!(Page::of(vec![1, 2], &request, i32::to_string), Page { items: vec![1, 2], next: None });
        assert_eq!([0, 5, 9999].map(|limit| PageRequest { limit, cursor: None }.rows()), [1, 5, MAX_ROWS]);
    }
}
