//! The workers of a server: which run goes to which worker, and that there are enough of them.
//!
//! Owns the choice and the replacement. One spare worker is ready, so that no run waits for the start of a process when a
//! worker has died or a tenant is new.

use super::message::Begin;
use super::process::Worker;
use super::{WorkerConfig, WorkerError, WorkerInfo};
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, Weak};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::Mutex as AsyncMutex;

/// The most workers per processor if every tenant has a worker of its own.
const TENANTS_PER_PROCESSOR: usize = 8;

/// A worker that dies sooner after its start is not replaced at once, unless by the spare one.
const SHORT_LIFE: Duration = Duration::from_millis(300);

/// The workers of a server.
pub(crate) struct Pool {
    config: WorkerConfig,
    begin: Begin,
    /// How many there are; with a worker for each tenant, how many at most.
    count: usize,
    set: Mutex<WorkerSet>,
    /// Held while workers are started, so that two tasks do not start the same one.
    starting: AsyncMutex<()>,
    ids: AtomicU64,
    /// Runs the tasks that read what workers send.
    handle: Handle,
    this: Weak<Self>,
}

#[derive(Default)]
struct WorkerSet {
    workers: Vec<Arc<Worker>>,
    spare: Option<Arc<Worker>>,
}

/// A worker that has been chosen for a run. It counts as having the run until this is dropped.
pub(super) struct Reservation(pub(super) Arc<Worker>);

impl Drop for Reservation {
    fn drop(&mut self) {
        self.0.load.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Pool {
    /// Starts the workers in the background.
    pub(crate) fn start(config: WorkerConfig, begin: Begin, handle: Handle) -> Arc<Self> {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        let count = match (config.count, config.tenants_apart) {
            (0, false) => processors,
            (0, true) => TENANTS_PER_PROCESSOR * processors,
            (count, _) => count,
        };
        let pool = Arc::new_cyclic(|this| Self {
            config,
            begin,
            count,
            set: Mutex::default(),
            starting: AsyncMutex::new(()),
            ids: AtomicU64::new(0),
            handle: handle.clone(),
            this: this.clone(),
        });
        handle.spawn(Self::fill(pool.this.clone()));
        pool
    }

    /// The tokio handle for tasks that follow runs in workers.
    pub(crate) fn handle(&self) -> &Handle {
        &self.handle
    }

    fn set(&self) -> MutexGuard<'_, WorkerSet> {
        self.set.lock().expect("no holder of this lock panics")
    }

    /// A number that is used once in this pool.
    pub(super) fn number(&self) -> u64 {
        self.ids.fetch_add(1, Ordering::Relaxed)
    }

    /// Waits until there is a worker.
    ///
    /// # Errors
    /// Why there can be none.
    pub(crate) async fn ready(&self) -> Result<(), WorkerError> {
        let _starting = self.starting.lock().await;
        if self.set().workers.is_empty() && self.set().spare.is_none() {
            let worker = self.start_worker().await?;
            self.set().spare = Some(worker);
        }
        Ok(())
    }

    /// Chooses the worker for a run: that of the tenant, or the one with the fewest runs. Among equals, runs of the same
    /// `affinity` get the same worker, which may still have the program that it built.
    ///
    /// # Errors
    /// [`WorkerError`] if there is no worker and none can be started.
    pub(super) async fn reserve(&self, tenant: Option<&str>, affinity: u64) -> Result<Reservation, WorkerError> {
        if let Some(reservation) = self.reserve_now(tenant, affinity) {
            return Ok(reservation);
        }
        let tenant = self.label(tenant);
        let _starting = self.starting.lock().await;
        if let Some(reservation) = self.choose(tenant, affinity) {
            return Ok(reservation);
        }
        self.make_room()?;
        let spare = self.set().spare.take().filter(|spare| spare.is_alive());
        let worker = match spare {
            Some(spare) => spare,
            None => self.start_worker().await?,
        };
        if self.config.tenants_apart {
            // A worker never changes its tenant.
            let _ = worker.tenant.set(tenant.to_owned());
        }
        let reservation = self.reserve_in(worker.clone());
        self.set().workers.push(worker);
        self.handle.spawn(Self::fill(self.this.clone()));
        Ok(reservation)
    }

    /// The same, but only if a worker is ready.
    pub(super) fn reserve_now(&self, tenant: Option<&str>, affinity: u64) -> Option<Reservation> {
        self.choose(self.label(tenant), affinity)
    }

    /// The tenant, as far as it makes a difference.
    fn label<'a>(&self, tenant: Option<&'a str>) -> &'a str {
        if self.config.tenants_apart { tenant.unwrap_or_default() } else { "" }
    }

    /// The facts about each worker.
    pub(crate) fn workers(&self) -> Vec<WorkerInfo> {
        let set = self.set();
        let info = |worker: &Arc<Worker>, spare| WorkerInfo {
            pid: worker.pid,
            tenant: worker.tenant.get().cloned(),
            runs: worker.load.load(Ordering::Relaxed),
            spare,
        };
        let spare = set.spare.iter().map(|worker| info(worker, true));
        set.workers.iter().map(|worker| info(worker, false)).chain(spare).collect()
    }

    fn choose(&self, tenant: &str, affinity: u64) -> Option<Reservation> {
        let set = self.set();
        let mine = |worker: &&Arc<Worker>| {
            worker.is_alive()
                && (!self.config.tenants_apart || worker.tenant.get().is_some_and(|owner| owner == tenant))
        };
        let order = |worker: &&Arc<Worker>| {
            (worker.load.load(Ordering::Relaxed), worker.id.wrapping_add(affinity) % self.count.max(1) as u64)
        };
        let chosen = set.workers.iter().filter(mine).min_by_key(order)?.clone();
        // Under the lock, so that it is not retired meanwhile.
        Some(self.reserve_in(chosen))
    }

    fn reserve_in(&self, worker: Arc<Worker>) -> Reservation {
        worker.load.fetch_add(1, Ordering::Relaxed);
        worker.used.store(self.number(), Ordering::Relaxed);
        Reservation(worker)
    }

    /// If every tenant has a worker and there are as many as allowed: ends the one that was idle the longest.
    fn make_room(&self) -> Result<(), WorkerError> {
        let mut set = self.set();
        set.workers.retain(|worker| worker.is_alive());
        if !self.config.tenants_apart || set.workers.len() < self.count {
            return Ok(());
        }
        let idle = set.workers.iter().filter(|worker| worker.load.load(Ordering::Relaxed) == 0);
        let oldest = idle.min_by_key(|worker| worker.used.load(Ordering::Relaxed)).cloned();
        let oldest = oldest.ok_or(WorkerError::Crowded(set.workers.len()))?;
        oldest.kill("it had been idle, and another tenant needed a worker");
        set.workers.retain(|worker| !Arc::ptr_eq(worker, &oldest));
        Ok(())
    }

    /// Replaces all workers: what they can read of the cache is not what is there now.
    pub(super) fn renew(&self) {
        let all: Vec<_> = {
            let mut set = self.set();
            let spare = set.spare.take();
            set.workers.iter().cloned().chain(spare).collect()
        };
        all.iter().for_each(|worker| self.retire(worker));
    }

    /// Gives a worker no more runs; it ends when those that it has are over.
    pub(super) fn retire(&self, worker: &Arc<Worker>) {
        if worker.retired.swap(true, Ordering::Relaxed) {
            return;
        }
        self.set().workers.retain(|other| !Arc::ptr_eq(other, worker));
        let (worker, pool) = (worker.clone(), self.this.clone());
        self.handle.spawn(async move {
            while worker.load.load(Ordering::Relaxed) > 0 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            worker.kill("it was retired");
            Self::fill(pool).await;
        });
    }

    /// Starts one worker.
    async fn start_worker(&self) -> Result<Arc<Worker>, WorkerError> {
        let (worker, watch) = Worker::start(self.number(), &self.config, &self.begin).await?;
        let pool = self.this.clone();
        self.handle.spawn(async move {
            let gone = watch.until_gone().await;
            if pool.strong_count() > 0 {
                runcell_telemetry::metric::worker_end();
            }
            Self::replace(pool, &gone).await;
        });
        Ok(worker)
    }

    /// Replaces a worker that is gone with the spare one, and the spare one with a new one.
    async fn replace(pool: Weak<Self>, gone: &Arc<Worker>) {
        if let Some(pool) = pool.upgrade() {
            let mut set = pool.set();
            set.workers.retain(|worker| !Arc::ptr_eq(worker, gone));
            set.spare.take_if(|spare| Arc::ptr_eq(spare, gone));
            let short = !pool.config.tenants_apart && set.workers.len() < pool.count;
            if let Some(spare) = set.spare.take_if(|spare| short && spare.is_alive()) {
                set.workers.push(spare);
            }
        }
        if gone.started.elapsed() < SHORT_LIFE {
            // One that dies so soon may do so again: that must not keep a processor busy.
            tokio::time::sleep(SHORT_LIFE).await;
        }
        Self::fill(pool).await;
    }

    /// Starts workers until there are enough, and one to spare.
    fn fill(pool: Weak<Self>) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(async move {
            while let Some(pool) = pool.upgrade() {
                let _starting = pool.starting.lock().await;
                let few = !pool.config.tenants_apart && pool.set().workers.len() < pool.count;
                if !few && pool.set().spare.is_some() {
                    return;
                }
                let worker = match pool.start_worker().await {
                    Ok(worker) => worker,
                    Err(error) => {
                        // The next run tries again, and its caller gets the error.
                        tracing::warn!("{error}");
                        return;
                    }
                };
                let mut set = pool.set();
                if few { set.workers.push(worker) } else { set.spare = Some(worker) }
            }
        })
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        let set = std::mem::take(&mut *self.set());
        set.workers.iter().chain(&set.spare).for_each(|worker| worker.kill("the server ended"));
    }
}
