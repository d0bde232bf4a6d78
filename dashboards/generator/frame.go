package main

import (
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/prometheus"
)

// frame is a dashboard without panels. Its alerts mark all its graphs.
func frame(uid, title, description, dataSource string) *dashboard.DashboardBuilder {
	return dashboard.NewDashboardBuilder(title).Uid(uid).Description(description).
		Tags([]string{"thulium"}).Editable().Timezone("browser").
		Time("now-24h", "now").Refresh("1m").Tooltip(dashboard.DashboardCursorSyncCrosshair).
		WithVariable(dashboard.NewDatasourceVariableBuilder("datasource").Label(dataSource).Type("prometheus"))
}

// alerts marks the beginning and the end of each firing alert.
func alerts(title, selector string) *dashboard.AnnotationQueryBuilder {
	return dashboard.NewAnnotationQueryBuilder().Name(title).Datasource(source()).Enable(true).IconColor(red).
		Expr(`ALERTS{alertname=~"Thulium.*", alertstate="firing"` + selector + `}`).
		TitleFormat("{{alertname}}").TextFormat("{{name}} {{system}}").TagKeys("severity").Step("60s").
		Target(prometheus.NewDataqueryBuilder().RefId("Anno").Expr(`ALERTS{alertname=~"Thulium.*", alertstate="firing"` + selector + `}`).Range())
}

// choice is a variable of the values that a label of a metric has.
func choice(name, label, query string) *dashboard.QueryVariableBuilder {
	return dashboard.NewQueryVariableBuilder(name).Label(label).Datasource(source()).
		Query(dashboard.StringOrMap{Map: map[string]any{"query": query, "refId": name, "qryType": 1}}).Definition(query).
		Refresh(dashboard.VariableRefreshOnTimeRangeChanged).Sort(dashboard.VariableSortAlphabeticalCaseInsensitiveAsc).
		Multi(true).IncludeAll(true).AllValue(".*").
		Current(dashboard.VariableOption{
			Selected: cog.ToPtr(true), Text: dashboard.StringOrArrayOfString{ArrayOfString: []string{"All"}},
			Value: dashboard.StringOrArrayOfString{ArrayOfString: []string{"$__all"}},
		})
}

// link leads to another dashboard, with what is chosen here.
func link(title, uid string) *dashboard.DashboardLinkBuilder {
	return dashboard.NewDashboardLinkBuilder(title).Type(dashboard.DashboardLinkTypeLink).Icon("dashboard").
		Url("/d/" + uid).IncludeVars(true).KeepTime(true)
}
