//! Counters: what is loaded, and all of them in the form that Prometheus reads.

use std::sync::OnceLock;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

use crate::snapshot::Snapshot;

/// The bounds of the histogram of times, in seconds.
const SECONDS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0];

/// The recorder of the process: there is one, however many servers run in it.
fn recorder() -> Option<&'static PrometheusHandle> {
    static RECORDER: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    RECORDER
        .get_or_init(|| {
            let matcher = Matcher::Full("countersign_request_seconds".to_owned());
            let builder = PrometheusBuilder::new().set_buckets_for_metric(matcher, &SECONDS).ok()?;
            builder.install_recorder().ok()
        })
        .as_ref()
}

/// Begins to count.
pub(crate) fn start() {
    if recorder().is_none() {
        tracing::error!("nothing is counted: another recorder of metrics is installed");
    }
}

/// Tells what is loaded.
pub(crate) fn loaded(snapshot: &Snapshot) {
    metrics::gauge!("countersign_snapshot").set(snapshot.number as f64);
    metrics::gauge!("countersign_journal_entries").set(snapshot.journal_size.unwrap_or(0) as f64);
    metrics::gauge!("countersign_list_warnings").set(snapshot.warnings.len() as f64);
    for pin in snapshot.lists.pins() {
        metrics::gauge!("countersign_list_entries", "source" => pin.source.to_string())
            .set(pin.entries as f64);
    }
    if let Some(view) = &snapshot.register {
        metrics::gauge!("countersign_register_entries").set(view.consulted.replay().size() as f64);
    }
}

/// Work that histograms need from time to time.
pub(crate) fn upkeep() {
    if let Some(recorder) = recorder() {
        recorder.run_upkeep();
    }
}

/// All counters as they are now.
pub(crate) fn text() -> String {
    recorder().map(PrometheusHandle::render).unwrap_or_default()
}
