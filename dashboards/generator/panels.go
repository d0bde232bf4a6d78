package main

import (
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/prometheus"
	"github.com/grafana/grafana-foundation-sdk/go/stat"
	"github.com/grafana/grafana-foundation-sdk/go/statetimeline"
	"github.com/grafana/grafana-foundation-sdk/go/table"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"
)

// Colors of states, by what they ask for.
const (
	red    = "red"
	orange = "orange"
	yellow = "yellow"
	blue   = "blue"
	green  = "green"
	gray   = "#808080"

	darkRed  = "dark-red"
	paleBlue = "rgba(87, 148, 242, 0.25)"
	paleGray = "rgba(128, 128, 128, 0.2)"
)

// source is the data source that the visitor chose.
func source() common.DataSourceRef {
	return common.DataSourceRef{Type: cog.ToPtr("prometheus"), Uid: cog.ToPtr("${datasource}")}
}

// instant is a query for one value of each series.
func instant(refID, expression, legend string) *prometheus.DataqueryBuilder {
	return prometheus.NewDataqueryBuilder().RefId(refID).Expr(expression).Instant().LegendFormat(legend)
}

// column is an instant query for a column of a table.
func column(refID, expression string) *prometheus.DataqueryBuilder {
	return instant(refID, expression, "").Format(prometheus.PromQueryFormatTable)
}

// series is a query over the time range.
func series(refID, expression, legend string) *prometheus.DataqueryBuilder {
	return prometheus.NewDataqueryBuilder().RefId(refID).Expr(expression).Range().LegendFormat(legend)
}

// stats shows a number for each of its queries: red unless it is 0, gray if nothing is
// known.
func stats(title string) *stat.PanelBuilder {
	steps := []dashboard.Threshold{{Color: gray}, {Value: cog.ToPtr(0.0), Color: green}, {Value: cog.ToPtr(1.0), Color: red}}
	return stat.NewPanelBuilder().Title(title).Datasource(source()).
		GraphMode(common.BigValueGraphModeNone).JustifyMode(common.BigValueJustifyModeCenter).
		Thresholds(dashboard.NewThresholdsConfigBuilder().Mode(dashboard.ThresholdsModeAbsolute).Steps(steps)).
		ColorScheme(dashboard.NewFieldColorBuilder().Mode(dashboard.FieldColorModeIdThresholds)).
		ColorMode(common.BigValueColorModeBackground).TextMode(common.BigValueTextModeValueAndName).
		Text(common.NewVizTextDisplayOptionsBuilder().TitleSize(14).ValueSize(26)).
		ReduceOptions(common.NewReduceDataOptionsBuilder().Calcs([]string{"lastNotNull"}))
}

// lines shows series over time, without a legend longer than its height.
func lines(title, description string) *timeseries.PanelBuilder {
	return timeseries.NewPanelBuilder().Title(title).Description(description).Datasource(source()).
		LineWidth(2).ColorScheme(dashboard.NewFieldColorBuilder().Mode(dashboard.FieldColorModeIdPaletteClassic)).
		ShowPoints(common.VisibilityModeNever).FillOpacity(5).Min(0).
		Legend(common.NewVizLegendOptionsBuilder().DisplayMode(common.LegendDisplayModeList).
			Placement(common.LegendPlacementBottom).ShowLegend(true)).
		Tooltip(common.NewVizTooltipOptionsBuilder().Mode(common.TooltipDisplayModeMulti).Sort(common.SortOrderDescending))
}

// timeline shows states over time, in as many rows as its height can label.
func timeline(title, description string) *statetimeline.PanelBuilder {
	return statetimeline.NewPanelBuilder().Title(title).Description(description).Datasource(source()).
		ShowValue(common.VisibilityModeNever).RowHeight(0.8).FillOpacity(80).LineWidth(0).PerPage(20).
		Legend(common.NewVizLegendOptionsBuilder().DisplayMode(common.LegendDisplayModeList).
			Placement(common.LegendPlacementBottom).ShowLegend(true))
}

// rows is a table of one row for each labelled thing. What it says when it has none
// does not fill the empty cells of a row.
func rows(title, description, none string) *table.PanelBuilder {
	return table.NewPanelBuilder().Title(title).Description(description).Datasource(source()).
		ShowHeader(true).CellHeight(common.TableCellHeightSm).NoValue(none).
		OverrideByRegexp(".*", []dashboard.DynamicConfigValue{
			property("noValue", " "), property("custom.wrapHeaderText", true), property("custom.filterable", false),
		}).
		OverrideByRegexp("^(system|id|name)$", []dashboard.DynamicConfigValue{
			property("custom.hideFrom.viz", true), // links need their values
		})
}

// joined makes one table of the columns of several queries.
func joined() dashboard.DataTransformerConfig {
	return dashboard.DataTransformerConfig{Id: "merge", Options: map[string]any{}}
}

// only applies a transformation to the results of some queries.
func only(refIDs, transformation string) dashboard.DataTransformerConfig {
	return dashboard.DataTransformerConfig{
		Id: transformation, Options: map[string]any{},
		Filter: &dashboard.MatcherConfig{Id: "byRefId", Options: refIDs},
	}
}

// withValue drops the rows in which a column has no value.
func withValue(field string) dashboard.DataTransformerConfig {
	return dashboard.DataTransformerConfig{Id: "filterByValue", Options: map[string]any{
		"type": "include", "match": "all",
		"filters": []any{map[string]any{
			"fieldName": field,
			"config":    map[string]any{"id": "isNotNull", "options": map[string]any{}},
		}},
	}}
}

// sortedBy orders the rows of a table by a column.
func sortedBy(title string, descending bool) []cog.Builder[common.TableSortByFieldState] {
	return []cog.Builder[common.TableSortByFieldState]{common.NewTableSortByFieldStateBuilder().DisplayName(title).Desc(descending)}
}

// hours is an amount of business time. It does not look like a time of day.
func hours() []dashboard.DynamicConfigValue {
	return []dashboard.DynamicConfigValue{property("unit", "suffix: h"), property("decimals", 1)}
}

// gauge is a cell with a bar from 0 to 100 percent.
func gauge() []dashboard.DynamicConfigValue {
	return []dashboard.DynamicConfigValue{
		property("unit", "percent"), property("decimals", 0), property("min", 0), property("max", 100),
		property("custom.cellOptions", map[string]any{"type": "gauge", "mode": "basic", "valueDisplayMode": "text"}),
		property("color", map[string]any{"mode": "fixed", "fixedColor": blue}),
	}
}

// sparkline is a cell with a small graph. The invisible character leaves gaps where
// there is no value; an empty text or a space would count as 0.
func sparkline() []dashboard.DynamicConfigValue {
	return []dashboard.DynamicConfigValue{
		property("custom.cellOptions", map[string]any{
			"type": "sparkline", "hideValue": true, "lineInterpolation": "linear", "fillOpacity": 30, "gradientMode": "none",
		}),
		property("noValue", "\u200b"),
		fixed(blue),
	}
}

// field is a column of a table, in the order in which they are shown.
type field struct {
	name, title string
	width       int // pixels; 0: what is left
	properties  []dashboard.DynamicConfigValue
}

// arranged orders and names columns and hides the time and some others.
func arranged(fields []field, hidden ...string) dashboard.DataTransformerConfig {
	order, names, excluded := map[string]any{}, map[string]any{}, map[string]any{"Time": true}
	for _, name := range hidden {
		excluded[name] = true
	}
	for i, f := range fields {
		order[f.name], names[f.name] = i, f.title
	}
	return dashboard.DataTransformerConfig{Id: "organize", Options: map[string]any{
		"excludeByName": excluded, "indexByName": order, "renameByName": names,
	}}
}

// withFields adds the widths and properties of the columns to a table.
func withFields(p *table.PanelBuilder, fields []field) *table.PanelBuilder {
	for _, f := range fields {
		properties := f.properties
		if f.width > 0 {
			properties = append(properties, property("custom.width", f.width))
		}
		if len(properties) > 0 {
			p.OverrideByName(f.title, properties)
		}
	}
	return p
}

func property(id string, value any) dashboard.DynamicConfigValue {
	return dashboard.DynamicConfigValue{Id: id, Value: value}
}

// rangeOf maps the values from one state up to the next to a word and a color.
func rangeOf(from, to float64, text, color string) dashboard.ValueMapping {
	return dashboard.ValueMapping{RangeMap: &dashboard.RangeMap{
		Type:    dashboard.MappingTypeRangeToText,
		Options: dashboard.DashboardRangeMapOptions{From: &from, To: &to, Result: dashboard.ValueMappingResult{Text: &text, Color: &color}},
	}}
}

// value maps one value to a word and a color.
func value(of, text, color string) dashboard.ValueMapping {
	return dashboard.ValueMapping{ValueMap: &dashboard.ValueMap{
		Type:    dashboard.MappingTypeValueToText,
		Options: map[string]dashboard.ValueMappingResult{of: {Text: &text, Color: &color}},
	}}
}

// match maps texts that match a pattern as a whole to words. $1 is its first group.
func match(pattern, text string) dashboard.ValueMapping {
	return dashboard.ValueMapping{RegexMap: &dashboard.RegexMap{
		Type:    dashboard.MappingTypeRegexToText,
		Options: dashboard.DashboardRegexMapOptions{Pattern: pattern, Result: dashboard.ValueMappingResult{Text: &text}},
	}}
}

// threshold colors a number that is fine below a bound.
func threshold(bound float64, color string) []dashboard.DynamicConfigValue {
	return []dashboard.DynamicConfigValue{property("thresholds", map[string]any{
		"mode": "absolute", "steps": []any{
			map[string]any{"color": green, "value": nil}, map[string]any{"color": color, "value": bound},
		},
	})}
}

// fixed is a color as a property.
func fixed(color string) dashboard.DynamicConfigValue {
	return property("color", map[string]any{"mode": "fixed", "fixedColor": color})
}
