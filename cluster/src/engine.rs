//! The engines that run the plan of a chunk: DataFusion in this process, or Ballista on others.
//!
//! The plan is a single stage: scan the chunk, screen each row, unnest the lines. It is collected here; no engine writes a file.
//! Adaptive planning is off: with it a job of Ballista 55 can hang when an executor is lost.

use std::sync::Arc;
use std::time::Duration;

use ballista::prelude::{SessionConfigExt as _, SessionContextExt as _};
use countersign_operations::failure::Failure;
use datafusion::arrow::array::RecordBatch;
use datafusion::common::{NullHandling, UnnestOptions};
use datafusion::error::DataFusionError;
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::execution::{FunctionRegistry as _, SessionState, SessionStateBuilder};
use datafusion::prelude::{ParquetReadOptions, SessionConfig, SessionContext, col, lit};

use crate::function::screen;
use crate::line::{Chunk, Line, lines};
use crate::place::{Place, Stores};
use crate::split;

/// What runs the plan of a chunk.
pub(crate) enum Engine {
    /// This process.
    Here(SessionContext),
    /// A Ballista cluster.
    Cluster {
        /// The address of its scheduler.
        address: String,
        /// How long a chunk may take, waiting included.
        timeout: Duration,
    },
}

/// Why a chunk was not screened.
#[derive(Debug)]
pub(crate) struct Failed {
    pub(crate) why: String,
    /// Whether another attempt may go well: something was lost on the way.
    pub(crate) passing: bool,
}

/// What plans read from.
pub(crate) fn runtime() -> datafusion::common::Result<Arc<RuntimeEnv>> {
    RuntimeEnvBuilder::new().with_object_store_registry(Arc::new(Stores::default())).build_arc()
}

fn settings(config: SessionConfig) -> SessionConfig {
    config.with_target_partitions(1).with_collect_statistics(false)
}

/// A state that knows the screening function; of schedulers and executors too.
pub(crate) fn state(config: SessionConfig) -> datafusion::common::Result<SessionState> {
    let mut state = SessionStateBuilder::new()
        .with_default_features()
        .with_config(config)
        .with_runtime_env(runtime()?)
        .build();
    state.register_udf(Arc::new(screen()))?;
    Ok(state)
}

impl Engine {
    /// DataFusion in this process.
    pub(crate) fn here() -> Result<Self, Failure> {
        let state = state(settings(SessionConfig::new())).map_err(|e| Failure::Program(e.to_string()))?;
        Ok(Self::Here(SessionContext::new_with_state(state)))
    }

    /// The lines of a chunk.
    pub(crate) async fn screen(
        &self,
        chunk: &Chunk,
        place: &Place,
        orders: &str,
    ) -> Result<Vec<Line>, Failed> {
        let fatal = |failure: Failure| Failed { why: failure.to_string(), passing: false };
        let url = place.url(&chunk.name()).map_err(fatal)?;
        let batches = match self {
            Self::Here(context) => {
                run(context, &url, orders).await.map_err(|e| Failed { why: told(&e), passing: false })?
            }
            Self::Cluster { address, timeout } => {
                let run = async {
                    let context = remote(address).await?;
                    run(&context, &url, orders).await
                };
                match tokio::time::timeout(*timeout, run).await {
                    Ok(done) => done.map_err(|e| Failed { why: told(&e), passing: true })?,
                    Err(_) => {
                        let why = format!("the cluster gave no answer within {} seconds", timeout.as_secs());
                        return Err(Failed { why, passing: true });
                    }
                }
            }
        };
        lines(chunk, &batches).map_err(|why| Failed { why, passing: matches!(self, Self::Cluster { .. }) })
    }
}

/// A context of a cluster. The functions of the state that it is made from are replaced, so that ours is registered after.
async fn remote(address: &str) -> datafusion::common::Result<SessionContext> {
    let config = settings(SessionConfig::new_with_ballista())
        .with_ballista_adaptive_query_planner(false)
        .with_ballista_job_name("countersign-bulk");
    let context = SessionContext::remote_with_state(address, state(config)?).await?;
    context.register_udf(screen());
    Ok(context)
}

async fn run(
    context: &SessionContext,
    url: &str,
    orders: &str,
) -> datafusion::common::Result<Vec<RecordBatch>> {
    let schema = split::schema();
    let options = ParquetReadOptions { schema: Some(&schema), ..ParquetReadOptions::default() };
    let call =
        context.udf(crate::function::NAME)?.call(vec![lit(orders), col("row"), col("party"), col("fault")]);
    let none = UnnestOptions::new().with_null_handling(NullHandling::Drop);
    context
        .read_parquet(url, options)
        .await?
        .select(vec![call.alias("line")])?
        .unnest_columns_with_options(&["line"], none)?
        .collect()
        .await
}

/// What an error says, without the names of the layers it went through.
fn told(error: &DataFusionError) -> String {
    error.find_root().to_string().trim_start_matches("External error: ").to_owned()
}
