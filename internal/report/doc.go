// Package report renders a report for people and programs. It judges nothing
// and looks at nothing: everything it says stands in exposure.Report.
//
// Text from the network was cleaned where it entered the program, so that the
// renderings are safe for a terminal.
package report
