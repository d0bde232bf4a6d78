package main

import (
	"context"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
)

// mapping makes json_exporter publish two series a campaign.
const mapping = `modules:
  default:
    metrics:
      - name: campaign
        type: object
        path: "{ [*] }"
        labels: {id: "{ .id }"}
        values: {records_total: "{ .records_count }", completion_percent: "{ .completion_percent }"}
`

// jsonExporter returns the CPU time in µs of a scrape of json_exporter, or 0 if
// there is none to compare with.
func (r *ratio) jsonExporter(ctx context.Context, campaigns int) (float64, error) {
	if r.other == "" {
		return 0, nil
	}
	dir, err := os.MkdirTemp("", "load")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	config := filepath.Join(dir, "json_exporter.yml")
	if err := os.WriteFile(config, []byte(mapping), 0o600); err != nil {
		return 0, err
	}
	thulium := httptest.NewServer(finishedResponse(campaigns))
	defer thulium.Close()
	process, err := listen(ctx, r.other, "--config.file="+config)
	if err != nil {
		return 0, err
	}
	defer process.stop()
	return process.cost(ctx, scenario{path: "/probe?target=" + url.QueryEscape(thulium.URL), times: fetchedTimes})
}
