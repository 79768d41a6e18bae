//! The wall around system calls: seccomp with a list of what is allowed.
//!
//! Owns the list. A prepared cell needs memory, threads of this process, clocks, open files (Landlock decides which others can be
//! opened) and waiting. All other calls fail with EPERM, among them sockets, `execve`, `fork` and `ptrace`.

use super::wall::LockdownError;
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
    apply_filter,
};
use std::collections::BTreeMap;

type Rules = BTreeMap<i64, Vec<SeccompRule>>;

/// Allowed with any arguments.
const ALLOWED: &[i64] = &[
    // Memory; the engine lays out a module's data in a file that has no name.
    libc::SYS_brk,
    libc::SYS_madvise,
    libc::SYS_memfd_create,
    libc::SYS_mmap,
    libc::SYS_mprotect,
    libc::SYS_mremap,
    libc::SYS_munmap,
    // Threads and their signals, within this process.
    libc::SYS_clone3,
    libc::SYS_exit,
    libc::SYS_exit_group,
    libc::SYS_futex,
    libc::SYS_getpid,
    libc::SYS_gettid,
    libc::SYS_membarrier,
    libc::SYS_restart_syscall,
    libc::SYS_rseq,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sched_getaffinity,
    libc::SYS_sched_yield,
    libc::SYS_set_robust_list,
    libc::SYS_sigaltstack,
    // Clocks, randomness, identity of the process.
    libc::SYS_clock_getres,
    libc::SYS_clock_gettime,
    libc::SYS_clock_nanosleep,
    libc::SYS_getrandom,
    libc::SYS_getrusage,
    libc::SYS_getuid,
    libc::SYS_geteuid,
    libc::SYS_nanosleep,
    libc::SYS_sysinfo,
    libc::SYS_uname,
    // Open files, and files that Landlock allows to open.
    libc::SYS_close,
    libc::SYS_dup,
    libc::SYS_fcntl,
    libc::SYS_fstat,
    libc::SYS_fsync,
    libc::SYS_ftruncate,
    libc::SYS_getcwd,
    libc::SYS_getdents64,
    libc::SYS_lseek,
    libc::SYS_mkdirat,
    libc::SYS_newfstatat,
    libc::SYS_openat,
    libc::SYS_openat2,
    libc::SYS_pread64,
    libc::SYS_pwrite64,
    libc::SYS_read,
    libc::SYS_readlinkat,
    libc::SYS_readv,
    libc::SYS_statx,
    libc::SYS_write,
    libc::SYS_writev,
    // Waiting.
    libc::SYS_epoll_create1,
    libc::SYS_epoll_ctl,
    libc::SYS_epoll_pwait,
    libc::SYS_eventfd2,
    libc::SYS_ppoll,
    // Sockets that are open: a signal reaches its listener over one.
    libc::SYS_recvfrom,
    libc::SYS_sendto,
];

/// The allowed `ioctl` requests: whether a file is a terminal, its size, non-blocking mode, and the written pages. TIOCSTI, which
/// types into the user's terminal, is not among them.
const REQUESTS: [u64; 4] = [libc::TCGETS, libc::TIOCGWINSZ, libc::FIONBIO, PAGEMAP_SCAN];

/// `_IOWR('f', 16, struct pm_scan_arg)`.
const PAGEMAP_SCAN: u64 = 0xc060_6610;

/// Older system calls that libc still makes on this processor.
#[cfg(target_arch = "x86_64")]
const ALSO_ALLOWED: &[i64] =
    &[libc::SYS_arch_prctl, libc::SYS_epoll_wait, libc::SYS_mkdir, libc::SYS_open, libc::SYS_poll];
#[cfg(not(target_arch = "x86_64"))]
const ALSO_ALLOWED: &[i64] = &[];

/// Restricts the calling thread. Returns whether the kernel has seccomp filters.
pub(super) fn restrict() -> Result<bool, LockdownError> {
    // libc starts threads with `clone3`, whose flags a filter cannot see. If `clone3` fails with ENOSYS, libc calls `clone`.
    let no_clone3 = Rules::from([(libc::SYS_clone3, Vec::new())]);
    let missing = SeccompAction::Errno(libc::ENOSYS.cast_unsigned());
    let refused = SeccompAction::Errno(libc::EPERM.cast_unsigned());
    let allow_list = program(rules()?, refused, SeccompAction::Allow)?;
    for program in [program(no_clone3, SeccompAction::Allow, missing)?, allow_list] {
        apply_filter(&program).map_err(|error| LockdownError::Syscalls(error.to_string()))?;
    }
    Ok(true)
}

fn program(rules: Rules, otherwise: SeccompAction, matched: SeccompAction) -> Result<BpfProgram, LockdownError> {
    let failed = |error: seccompiler::BackendError| LockdownError::Syscalls(error.to_string());
    let arch = std::env::consts::ARCH.try_into().map_err(failed)?;
    SeccompFilter::new(rules, otherwise, matched, arch).and_then(TryInto::try_into).map_err(failed)
}

fn rules() -> Result<Rules, LockdownError> {
    let mut rules: Rules = ALLOWED.iter().chain(ALSO_ALLOWED).map(|call| (*call, Vec::new())).collect();
    // Only threads: `fork` does not set this flag.
    let thread = u64::try_from(libc::CLONE_THREAD).unwrap_or_default();
    rules.insert(libc::SYS_clone, vec![rule(0, SeccompCmpOp::MaskedEq(thread), thread)?]);
    // Only threads of this process.
    rules.insert(libc::SYS_tgkill, vec![rule(0, SeccompCmpOp::Eq, std::process::id().into())?]);
    let requests = REQUESTS.iter().map(|request| rule(1, SeccompCmpOp::Eq, *request));
    rules.insert(libc::SYS_ioctl, requests.collect::<Result<_, _>>()?);
    // Only the names of threads and of memory.
    let names = [libc::PR_SET_NAME, libc::PR_SET_VMA];
    let names = names.iter().map(|name| rule(0, SeccompCmpOp::Eq, name.unsigned_abs().into()));
    // Only the own limits.
    rules.insert(libc::SYS_prlimit64, vec![rule(0, SeccompCmpOp::Eq, 0)?]);
    rules.insert(libc::SYS_prctl, names.collect::<Result<_, _>>()?);
    Ok(rules)
}

/// A rule about one argument.
fn rule(argument: u8, comparison: SeccompCmpOp, value: u64) -> Result<SeccompRule, LockdownError> {
    let condition = SeccompCondition::new(argument, SeccompCmpArgLen::Qword, comparison, value);
    condition
        .and_then(|condition| SeccompRule::new(vec![condition]))
        .map_err(|e| LockdownError::Syscalls(e.to_string()))
}
