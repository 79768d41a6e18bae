//! Looks jobs up: one by number, or a page of those that match a filter.
//!
//! Owns the queries of filters.

use super::View;
use super::error::StoreError;
use super::row::{self, columns, count};
use runcell_model::job::{JobFilter, JobId, JobOrder, JobPage, JobRecord, MAX_PAGE};
use sqlx::query::Query;
use sqlx::{Any, any::AnyArguments};

/// The condition of a filter. A parameter that is null restricts nothing.
macro_rules! matching {
    () => {
        "FROM jobs WHERE ($1 IS NULL OR $1 LIKE '%,' || state || ',%') AND ($2 IS NULL OR image = $2) \
         AND ($3 IS NULL OR tool = $3) AND ($4 IS NULL OR tenant = $4) \
         AND ($5 IS NULL OR lower(image) LIKE $5 ESCAPE '\\' OR lower(tool) LIKE $5 ESCAPE '\\')"
    };
}

const COUNT: &str = concat!("SELECT COUNT(*) ", matching!());
const NEWEST: &str = concat!("SELECT ", columns!(), " ", matching!(), " ORDER BY id DESC LIMIT $6 OFFSET $7");
const OLDEST: &str = concat!("SELECT ", columns!(), " ", matching!(), " ORDER BY id LIMIT $6 OFFSET $7");
const QUEUE: &str = concat!("SELECT ", columns!(), " ", matching!(), " ORDER BY priority DESC, id LIMIT $6 OFFSET $7");

impl View {
    /// A job.
    ///
    /// # Errors
    /// [`StoreError::NoJob`] if the view has no job of this number.
    pub async fn get(&self, id: JobId) -> Result<JobRecord, StoreError> {
        let query =
            sqlx::query(concat!("SELECT ", columns!(), " FROM jobs WHERE id = $1 AND ($2 IS NULL OR tenant = $2)"));
        let query = query.bind(id.get()).bind(self.tenant());
        let row =
            query.fetch_optional(self.store.database().pool()).await.map_err(StoreError::of("to look a job up"))?;
        row::record(&row.ok_or(StoreError::NoJob(id))?)
    }

    /// One page of the jobs that match a filter, and their total number.
    ///
    /// # Errors
    /// [`StoreError`] where the database cannot be asked.
    pub async fn list(&self, filter: &JobFilter) -> Result<JobPage, StoreError> {
        let doing = || StoreError::of("to list jobs");
        let total = self.bind(COUNT, filter).fetch_one(self.store.database().pool()).await.map_err(doing())?;
        let page = match filter.order {
            JobOrder::Newest => NEWEST,
            JobOrder::Oldest => OLDEST,
            JobOrder::Queue => QUEUE,
        };
        let limit = i64::from(filter.limit.min(MAX_PAGE));
        let page = self.bind(page, filter).bind(limit).bind(i64::try_from(filter.offset).unwrap_or(i64::MAX));
        let rows = page.fetch_all(self.store.database().pool()).await.map_err(doing())?;
        let jobs = rows.iter().map(row::record).collect::<Result<_, _>>()?;
        Ok(JobPage { total: count(row::get(&total, 0)?), jobs })
    }

    fn bind<'q>(&'q self, sql: &'static str, filter: &'q JobFilter) -> Query<'q, Any, AnyArguments> {
        let states = filter.states.iter().map(|state| format!("{state},")).collect::<String>();
        let states = (!states.is_empty()).then(|| format!(",{states}"));
        let query = sqlx::query(sql).bind(states).bind(filter.image.as_deref()).bind(filter.tool.as_deref());
        query.bind(self.tenant()).bind(filter.text.as_deref().map(pattern))
    }
}

/// The LIKE pattern that finds a text anywhere, in lower case (SQLite lowers only ASCII). `%` and `_` of the text are escaped.
fn pattern(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in text.to_ascii_lowercase().chars() {
        if ['%', '_', '\\'].contains(&c) {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern + "%"
}

#[cfg(test)]
mod tests {
    use super::pattern;

    #[test]
    fn signs_of_patterns_are_literal() {
        assert_eq!(pattern("Foo_50%\\"), "%foo\\_50\\%\\\\%");
    }
}
