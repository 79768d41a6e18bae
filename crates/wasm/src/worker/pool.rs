//! The workers of a server: which run goes to which, and that there are always enough.
//!
//! Owns the choice and the replacement. One worker more than is needed stands ready, so that a dead one, or a new tenant,
//! costs nobody the start of a process.

use super::message::Begin;
use super::process::Worker;
use super::{WorkerConfig, WorkerError, WorkerInfo};
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, Weak};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::Mutex as AsyncMutex;

/// Workers a processor at most, where every tenant has one.
const TENANTS_A_PROCESSOR: usize = 8;

/// A worker that lived shorter is not replaced at once, unless there is a spare one.
const INFANT: Duration = Duration::from_millis(300);

/// The workers of a server.
pub(crate) struct Pool {
    config: WorkerConfig,
    begin: Begin,
    /// How many there are; with one a tenant, how many at most.
    count: usize,
    staff: Mutex<Staff>,
    /// Held while workers are started, so that nobody starts what another does already.
    hiring: AsyncMutex<()>,
    ids: AtomicU64,
    /// Where workers are heard.
    handle: Handle,
    this: Weak<Self>,
}

#[derive(Default)]
struct Staff {
    workers: Vec<Arc<Worker>>,
    spare: Option<Arc<Worker>>,
}

/// A place in a worker, for one run.
pub(super) struct Place(pub(super) Arc<Worker>);

impl Drop for Place {
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
            (0, true) => TENANTS_A_PROCESSOR * processors,
            (count, _) => count,
        };
        let pool = Arc::new_cyclic(|this| Self {
            config,
            begin,
            count,
            staff: Mutex::default(),
            hiring: AsyncMutex::new(()),
            ids: AtomicU64::new(0),
            handle: handle.clone(),
            this: this.clone(),
        });
        handle.spawn(Self::fill(pool.this.clone()));
        pool
    }

    /// Where runs in workers are followed.
    pub(crate) fn handle(&self) -> &Handle {
        &self.handle
    }

    fn staff(&self) -> MutexGuard<'_, Staff> {
        self.staff.lock().expect("no holder of this lock panics")
    }

    /// A number that nothing else of this pool has.
    pub(super) fn number(&self) -> u64 {
        self.ids.fetch_add(1, Ordering::Relaxed)
    }

    /// Waits until there is a worker.
    ///
    /// # Errors
    /// Why there can be none.
    pub(crate) async fn ready(&self) -> Result<(), WorkerError> {
        let _hiring = self.hiring.lock().await;
        if self.staff().workers.is_empty() && self.staff().spare.is_none() {
            let worker = self.hire().await?;
            self.staff().spare = Some(worker);
        }
        Ok(())
    }

    /// A place for a run: in the worker of the tenant, or in the one with the fewest runs. Of equals, runs of the same
    /// `affinity` get the same, which may still know what it built.
    pub(super) async fn place(&self, tenant: Option<&str>, affinity: u64) -> Result<Place, WorkerError> {
        if let Some(place) = self.place_now(tenant, affinity) {
            return Ok(place);
        }
        let tenant = self.label(tenant);
        let _hiring = self.hiring.lock().await;
        if let Some(place) = self.choose(tenant, affinity) {
            return Ok(place);
        }
        self.make_room()?;
        let spare = self.staff().spare.take().filter(|spare| spare.is_alive());
        let worker = match spare {
            Some(spare) => spare,
            None => self.hire().await?,
        };
        if self.config.tenants_apart {
            // A worker is given to one tenant in its life.
            let _ = worker.tenant.set(tenant.to_owned());
        }
        let place = self.seat(worker.clone());
        self.staff().workers.push(worker);
        self.handle.spawn(Self::fill(self.this.clone()));
        Ok(place)
    }

    /// The same, where there is a worker already.
    pub(super) fn place_now(&self, tenant: Option<&str>, affinity: u64) -> Option<Place> {
        self.choose(self.label(tenant), affinity)
    }

    /// The tenant, as far as it makes a difference.
    fn label<'a>(&self, tenant: Option<&'a str>) -> &'a str {
        if self.config.tenants_apart { tenant.unwrap_or_default() } else { "" }
    }

    /// What is known of each worker.
    pub(crate) fn workers(&self) -> Vec<WorkerInfo> {
        let staff = self.staff();
        let info = |worker: &Arc<Worker>, spare| WorkerInfo {
            pid: worker.pid,
            tenant: worker.tenant.get().cloned(),
            runs: worker.load.load(Ordering::Relaxed),
            spare,
        };
        let spare = staff.spare.iter().map(|worker| info(worker, true));
        staff.workers.iter().map(|worker| info(worker, false)).chain(spare).collect()
    }

    fn choose(&self, tenant: &str, affinity: u64) -> Option<Place> {
        let staff = self.staff();
        let mine = |worker: &&Arc<Worker>| {
            worker.is_alive()
                && (!self.config.tenants_apart || worker.tenant.get().is_some_and(|owner| owner == tenant))
        };
        let order = |worker: &&Arc<Worker>| {
            (worker.load.load(Ordering::Relaxed), worker.id.wrapping_add(affinity) % self.count.max(1) as u64)
        };
        let chosen = staff.workers.iter().filter(mine).min_by_key(order)?.clone();
        // Under the lock, so that nobody retires it meanwhile.
        Some(self.seat(chosen))
    }

    fn seat(&self, worker: Arc<Worker>) -> Place {
        worker.load.fetch_add(1, Ordering::Relaxed);
        worker.used.store(self.number(), Ordering::Relaxed);
        Place(worker)
    }

    /// Where every tenant has a worker and there are as many as may be: ends the one that was idle the longest.
    fn make_room(&self) -> Result<(), WorkerError> {
        let mut staff = self.staff();
        staff.workers.retain(|worker| worker.is_alive());
        if !self.config.tenants_apart || staff.workers.len() < self.count {
            return Ok(());
        }
        let idle = staff.workers.iter().filter(|worker| worker.load.load(Ordering::Relaxed) == 0);
        let oldest = idle.min_by_key(|worker| worker.used.load(Ordering::Relaxed)).cloned();
        let oldest = oldest.ok_or(WorkerError::Crowded(staff.workers.len()))?;
        oldest.kill("it had been idle, and another tenant needed a worker");
        staff.workers.retain(|worker| !Arc::ptr_eq(worker, &oldest));
        Ok(())
    }

    /// Replaces all workers: what they can read of the cache is not what is there now.
    pub(super) fn renew(&self) {
        let all: Vec<_> = {
            let mut staff = self.staff();
            let spare = staff.spare.take();
            staff.workers.iter().cloned().chain(spare).collect()
        };
        all.iter().for_each(|worker| self.retire(worker));
    }

    /// Gives a worker no more runs; it ends when those that it has are over.
    pub(super) fn retire(&self, worker: &Arc<Worker>) {
        if worker.retired.swap(true, Ordering::Relaxed) {
            return;
        }
        self.staff().workers.retain(|other| !Arc::ptr_eq(other, worker));
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
    async fn hire(&self) -> Result<Arc<Worker>, WorkerError> {
        let (worker, watch) = Worker::start(self.number(), &self.config, &self.begin).await?;
        let pool = self.this.clone();
        self.handle.spawn(async move {
            let gone = watch.until_gone().await;
            Self::lose(pool, &gone).await;
        });
        Ok(worker)
    }

    /// Replaces a worker that is gone: by the spare one at once, and that by a new one.
    async fn lose(pool: Weak<Self>, gone: &Arc<Worker>) {
        if let Some(pool) = pool.upgrade() {
            let mut staff = pool.staff();
            staff.workers.retain(|worker| !Arc::ptr_eq(worker, gone));
            staff.spare.take_if(|spare| Arc::ptr_eq(spare, gone));
            let short = !pool.config.tenants_apart && staff.workers.len() < pool.count;
            if let Some(spare) = staff.spare.take_if(|spare| short && spare.is_alive()) {
                staff.workers.push(spare);
            }
        }
        if gone.born.elapsed() < INFANT {
            // One that dies so soon may do so again: that must not keep a processor busy.
            tokio::time::sleep(INFANT).await;
        }
        Self::fill(pool).await;
    }

    /// Starts workers until there are enough, and one to spare.
    fn fill(pool: Weak<Self>) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(async move {
            while let Some(pool) = pool.upgrade() {
                let _hiring = pool.hiring.lock().await;
                let few = !pool.config.tenants_apart && pool.staff().workers.len() < pool.count;
                if !few && pool.staff().spare.is_some() {
                    return;
                }
                let worker = match pool.hire().await {
                    Ok(worker) => worker,
                    Err(error) => {
                        // The next run tries again, and tells who asked for it.
                        tracing::warn!("{error}");
                        return;
                    }
                };
                let mut staff = pool.staff();
                if few { staff.workers.push(worker) } else { staff.spare = Some(worker) }
            }
        })
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        let staff = std::mem::take(&mut *self.staff());
        staff.workers.iter().chain(&staff.spare).for_each(|worker| worker.kill("the server ended"));
    }
}
