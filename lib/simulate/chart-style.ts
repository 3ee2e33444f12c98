/** The colours of a chart, light and dark. */
export const CHART_STYLE = `<style>
.fluxgate { background: #ffffff; font: 12px system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif; }
.fluxgate text { fill: #1f2328; }
.fluxgate .title { font-weight: 600; font-size: 14px; }
.fluxgate .note { font-size: 12px; fill: #59636e; }
.fluxgate .good { fill: #54aeff; }
.fluxgate .met { fill: #cf222e; }
.fluxgate .lost { fill: #bf8700; }
.fluxgate .spared { fill: #8c959f; }
.fluxgate .outage { fill: #cf222e; fill-opacity: 0.12; }
.fluxgate .strip { fill: #d1d9e0; fill-opacity: 0.5; }
.fluxgate .open { fill: #8250df; }
.fluxgate .alarm { fill: #bf8700; }
.fluxgate .p50, .fluxgate .p99 { fill: none; stroke: #0969da; stroke-width: 1.5; }
.fluxgate .p99 { stroke: #8250df; stroke-width: 1; }
.fluxgate .tick { fill: none; stroke: #818b98; }
.fluxgate .median { fill: #0969da; }
.fluxgate .worst { fill: #8250df; }
@media (prefers-color-scheme: dark) {
  .fluxgate { background: #0d1117; }
  .fluxgate text { fill: #f0f6fc; }
  .fluxgate .note { fill: #9198a1; }
  .fluxgate .good { fill: #1f6feb; }
  .fluxgate .met { fill: #f85149; }
  .fluxgate .lost { fill: #e3b341; }
  .fluxgate .spared { fill: #656c76; }
  .fluxgate .outage { fill: #f85149; fill-opacity: 0.18; }
  .fluxgate .strip { fill: #3d444d; }
  .fluxgate .open { fill: #a371f7; }
  .fluxgate .alarm { fill: #e3b341; }
  .fluxgate .p50 { stroke: #4493f8; }
  .fluxgate .p99 { stroke: #a371f7; }
  .fluxgate .median { fill: #4493f8; }
  .fluxgate .worst { fill: #a371f7; }
}
</style>`;
