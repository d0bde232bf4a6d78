package status

import (
	"net/url"
	"strconv"
	"strings"
)

const (
	defaultRows = 100
	maxRows     = 1000
	// maxSearch bounds what is searched for, in bytes.
	maxSearch = 200
	// The slowest and the fastest reload, in seconds.
	minRefresh, maxRefresh = 5, 3600
)

// query is what a visitor asks to see. All of it fits into a link.
type query struct {
	system  string // its name; empty for the overview, or the only one
	search  string
	show    string // only rows in this state
	sort    string // a column
	desc    bool
	page    int // from 1
	rows    int // on a page
	refresh int // seconds between reloads; 0: none
	json    bool
}

// newQuery reads a query. What makes no sense has its default.
func newQuery(v url.Values) query {
	q := query{
		system:  v.Get("system"),
		search:  strings.TrimSpace(v.Get("q")),
		show:    v.Get("show"),
		sort:    v.Get("sort"),
		desc:    v.Has("desc"),
		page:    number(v.Get("page"), 1, 1, 1e6),
		rows:    number(v.Get("rows"), defaultRows, 1, maxRows),
		refresh: number(v.Get("refresh"), 0, minRefresh, maxRefresh),
		json:    v.Get("format") == "json",
	}
	q.search = strings.ToValidUTF8(q.search[:min(len(q.search), maxSearch)], "")
	return q
}

// number reads a number between least and most, or returns the default.
func number(text string, byDefault, least, most int) int {
	n, err := strconv.Atoi(text)
	if err != nil || n < least || n > most {
		return byDefault
	}
	return n
}

// link leads to the page of q. It is relative, so it works below any path.
func (q query) link() string {
	v := url.Values{}
	for name, value := range map[string]string{"system": q.system, "q": q.search, "show": q.show, "sort": q.sort} {
		if value != "" {
			v.Set(name, value)
		}
	}
	for name, n := range map[string]struct{ value, byDefault int }{
		"page": {q.page, 1}, "rows": {q.rows, defaultRows}, "refresh": {q.refresh, 0},
	} {
		if n.value != n.byDefault {
			v.Set(name, strconv.Itoa(n.value))
		}
	}
	if q.json {
		v.Set("format", "json")
	}
	link := "?" + v.Encode()
	if q.desc {
		link = strings.TrimSuffix(link, "?") + map[bool]string{true: "?desc", false: "&desc"}[len(v) == 0]
	}
	return link
}

// with returns the link after a change. It leads to the first page, since the
// rows are others.
func (q query) with(change func(*query)) string {
	q.page = 1
	change(&q)
	return q.link()
}

// hidden returns what a search form must carry along.
func (q query) hidden() []Flag {
	var fields []Flag
	for _, f := range []Flag{
		{"system", q.system},
		{"show", q.show},
		{"sort", q.sort},
		{"rows", strconv.Itoa(q.rows)},
		{"refresh", strconv.Itoa(q.refresh)},
	} {
		if f.Value != "" && f.Value != "0" && (f.Name != "rows" || q.rows != defaultRows) {
			fields = append(fields, f)
		}
	}
	if q.desc {
		fields = append(fields, Flag{Name: "desc"})
	}
	return fields
}
