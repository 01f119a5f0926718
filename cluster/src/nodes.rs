//! The nodes of a Ballista cluster: a scheduler and executors that know the screening function.
//!
//! Neither asks for credentials: whoever reaches their ports may run plans and read what they read. They listen on loopback unless another
//! address is named, which has to be one of a network of one's own.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use ballista::prelude::SessionConfigExt as _;
use ballista_core::config::TaskSchedulingPolicy;
use ballista_core::registry::BallistaFunctionRegistry;
use ballista_executor::executor_process::{ExecutorProcessConfig, start_executor_process};
use ballista_scheduler::cluster::BallistaCluster;
use ballista_scheduler::config::SchedulerConfig;
use ballista_scheduler::scheduler_process::start_server;
use countersign_operations::failure::Failure;
use datafusion::prelude::SessionConfig;

use crate::engine::{runtime, state};

/// Messages hold plans and states of tasks.
const MESSAGE: u32 = 64 << 20;

fn failed(what: &str, why: impl std::fmt::Display) -> Failure {
    Failure::Program(format!("the {what} ended: {why}"))
}

/// Schedules until it is killed. What it knows of jobs is in memory alone; whoever submitted them does it again.
pub(crate) async fn schedule(bind: SocketAddr, name: Option<String>, silence: u64) -> Result<(), Failure> {
    let config = SchedulerConfig {
        bind_host: bind.ip().to_string(),
        bind_port: bind.port(),
        external_host: name.unwrap_or_else(|| bind.ip().to_string()),
        scheduling_policy: TaskSchedulingPolicy::PullStaged,
        executor_timeout_seconds: silence,
        expire_dead_executor_interval_seconds: (silence / 4).max(1),
        no_executors_grace_period_seconds: silence * 2,
        finished_job_data_clean_up_interval_seconds: 60,
        finished_job_state_clean_up_interval_seconds: 300,
        grpc_server_max_decoding_message_size: MESSAGE,
        grpc_server_max_encoding_message_size: MESSAGE,
        override_session_builder: Some(Arc::new(state)),
        ..SchedulerConfig::default()
    };
    let cluster = BallistaCluster::new_from_config(&config).await.map_err(|e| failed("scheduler", e))?;
    start_server(cluster, bind, Arc::new(config)).await.map_err(|e| failed("scheduler", e))
}

/// What an executor is told.
#[derive(Debug)]
pub(crate) struct Executor {
    pub(crate) scheduler: (String, u16),
    pub(crate) bind: IpAddr,
    pub(crate) name: Option<String>,
    pub(crate) port: u16,
    pub(crate) grpc_port: u16,
    pub(crate) work: PathBuf,
    pub(crate) vcores: usize,
    /// After how many seconds without a sign of life the scheduler takes it for gone.
    pub(crate) silence: u64,
}

/// Executes until it is told to stop, or the scheduler is gone.
pub(crate) async fn execute(executor: Executor) -> Result<(), Failure> {
    let known = state(SessionConfig::new_with_ballista()).map_err(|e| failed("executor", e))?;
    let work =
        executor.work.to_str().ok_or_else(|| Failure::Input("the name of --work is no UTF-8".to_owned()))?;
    let config = ExecutorProcessConfig {
        bind_host: executor.bind.to_string(),
        external_host: Some(executor.name.unwrap_or_else(|| executor.bind.to_string())),
        port: executor.port,
        grpc_port: executor.grpc_port,
        scheduler_host: executor.scheduler.0,
        scheduler_port: executor.scheduler.1,
        // it may begin before the scheduler does
        scheduler_connect_timeout_seconds: 3600,
        vcores: executor.vcores,
        task_scheduling_policy: TaskSchedulingPolicy::PullStaged,
        // unset, it would be a directory that is removed at once
        work_dir: Some(work.to_owned()),
        job_data_ttl_seconds: 3600,
        job_data_clean_up_interval_seconds: 600,
        executor_heartbeat_interval_seconds: (executor.silence / 4).max(1),
        grpc_max_decoding_message_size: MESSAGE,
        grpc_max_encoding_message_size: MESSAGE,
        // from a state and not the default, which lacks functions of lists
        override_function_registry: Some(Arc::new(BallistaFunctionRegistry::from(&known))),
        override_runtime_producer: Some(Arc::new(|_: &SessionConfig| runtime())),
        ..ExecutorProcessConfig::default()
    };
    start_executor_process(Arc::new(config)).await.map_err(|e| failed("executor", e))
}
