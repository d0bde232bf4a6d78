package status_test

import (
	"html"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"thulium_exporter/internal/web/status/statustest"
)

// column returns the cells of one column, the row header being 0.
func column(page string, n int) []string {
	var cells []string
	for _, row := range regexp.MustCompile(`(?s)<tr[^>]*><th scope="row">.*?</tr>`).FindAllString(page, -1) {
		all := regexp.MustCompile(`(?s)<t[hd][^>]*>(.*?)</t[hd]>`).FindAllStringSubmatch(row, -1)
		cells = append(cells, text(all[n][1]))
	}
	return cells
}

func TestSorting(t *testing.T) {
	for query, want := range map[string]string{
		"":                      "00004 00008 00001 00002 00003 00006 00007 00005",
		"?sort=unknown":         "00004 00008 00001 00002 00003 00006 00007 00005",
		"?sort=state&desc":      "00005 00007 00006 00003 00002 00001 00008 00004",
		"?sort=name":            "00003 00002 00007 00006 00004 00001 00005 00008",
		"?sort=id":              "00001 00002 00003 00004 00005 00006 00007 00008",
		"?sort=id&desc":         "00008 00007 00006 00005 00004 00003 00002 00001",
		"?sort=records":         "00007 00003 00005 00008 00006 00004 00001 00002",
		"?sort=completion&desc": "00005 00003 00001 00004 00006 00002 00008 00007",
		"?sort=moved":           "00007 00004 00005 00008 00006 00003 00001 00002",
	} {
		page := ask(t, centre(), "/"+query).Body.String()
		if got := strings.Join(column(page, 1), " "); got != want {
			t.Errorf("%s: got %s, want %s", query, got, want)
		}
		if n := strings.Count(page, `scope="col" aria-sort=`); n != 1 {
			t.Errorf("%s: %d sorted columns", query, n)
		}
	}
}

func TestSortingSystems(t *testing.T) {
	systems := statustest.Fleet(40)
	for query, want := range map[string]string{
		"":                     "centre-0008 centre-0038 centre-0018 centre-0028 centre-0001",
		"?sort=name&desc":      "centre-0040 centre-0039 centre-0038 centre-0037 centre-0036",
		"?sort=campaigns&desc": "centre-0040 centre-0039 centre-0037 centre-0036 centre-0035",
		"?sort=stalled":        "centre-0008 centre-0028 centre-0038 centre-0001 centre-0002",
		"?sort=records&desc":   "centre-0040 centre-0039 centre-0037 centre-0036 centre-0035",
		"?sort=completion":     "centre-0008 centre-0028 centre-0038 centre-0003 centre-0004",
		"?sort=answered":       "centre-0028 centre-0008 centre-0038 centre-0018 centre-0001",
	} {
		page := ask(t, systems, "/"+query).Body.String()
		var names []string
		for _, cell := range column(page, 0)[:5] {
			names = append(names, strings.Fields(cell)[0])
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("%s: got %s, want %s", query, got, want)
		}
	}
}

// TestNextLeadsThroughAll: each row is on one page.
func TestNextLeadsThroughAll(t *testing.T) {
	campaigns := statustest.Many(1000)
	handler := newHandler(t, acme(statustest.Up(campaigns), campaigns...))
	next := regexp.MustCompile(`<a href="([^"]*)" rel="next">`)
	var ids []string
	target := "/?sort=id&refresh=60&q=0"
	for pages := 0; target != ""; pages++ {
		if pages > 20 {
			t.Fatal("the pages do not end")
		}
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), "GET", target, nil))
		page := w.Body.String()
		ids = append(ids, column(page, 1)...)
		target = ""
		if m := next.FindStringSubmatch(page); m != nil {
			target = "/" + html.UnescapeString(m[1])
		}
	}
	if len(ids) != 1000 || !slices.IsSorted(ids) || len(slices.Compact(ids)) != 1000 {
		t.Errorf("%d campaigns on all pages, want 1,000 in order", len(ids))
	}
}
