package settings_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/settings"
)

func TestScopeIsJudgedByProjectModuleAccountAndTags(t *testing.T) {
	e := exposure.Endpoint{
		ResourceAddress: `module.shop["eu.west"].module.db[0].aws_db_instance.main`, Project: "shop",
		Identity: exposure.Identity{Cloud: "aws", Account: "111122223333"},
		Tags:     map[string]string{"env": "prod", "team": "web"},
	}
	root := e
	root.ResourceAddress = "aws_instance.web[0]"
	declared := exposure.Endpoint{ResourceAddress: "aws_instance.web"}
	tests := []struct {
		name     string
		scope    settings.Scope
		endpoint exposure.Endpoint
		want     string
	}{
		{"no lists", settings.Scope{}, e, ""},
		{"its project", settings.Scope{IncludeProjects: []string{"sh*"}}, e, ""},
		{"another project", settings.Scope{IncludeProjects: []string{"blog"}}, e, `project "shop" is out of the declared scope`},
		{"an excluded project", settings.Scope{ExcludeProjects: []string{"shop"}}, e, `project "shop" is out of the declared scope`},
		{"no project", settings.Scope{IncludeProjects: []string{"shop"}}, declared, `it has no known project, and the declared scope names some`},
		{"any project", settings.Scope{IncludeProjects: []string{"*"}}, declared, ""},
		{"the module around its module", settings.Scope{IncludeModules: []string{"module.shop"}}, e, ""},
		{"its module", settings.Scope{ExcludeModules: []string{"module.shop.module.db"}}, e, `module "module.shop[\"eu.west\"].module.db[0]" is out of the declared scope`},
		{"its module with keys", settings.Scope{IncludeModules: []string{`module.shop["eu.west"].module.db[0]`}}, e, ""},
		{"another key", settings.Scope{IncludeModules: []string{`module.shop["us"]*`}}, e, `module "module.shop[\"eu.west\"].module.db[0]" is out of the declared scope`},
		{"the root module holds no module", settings.Scope{IncludeModules: []string{"root"}}, e, `module "module.shop[\"eu.west\"].module.db[0]" is out of the declared scope`},
		{"the root module", settings.Scope{IncludeModules: []string{"root"}}, root, ""},
		{"its account", settings.Scope{IncludeAccounts: []string{"1111*"}}, e, ""},
		{"another account", settings.Scope{ExcludeAccounts: []string{"111122223333"}}, e, `account "111122223333" is out of the declared scope`},
		{"an account of an endpoint without state", settings.Scope{IncludeAccounts: []string{"1"}}, declared, ""},
		{"all its tags", settings.Scope{IncludeTags: map[string]string{"env": "pr*", "team": "web"}}, e, ""},
		{"one of its tags", settings.Scope{IncludeTags: map[string]string{"env": "prod", "team": "db"}}, e, `it has no tag team = "db", as the declared scope asks`},
		{"an excluded tag", settings.Scope{ExcludeTags: map[string]string{"env": "prod", "team": "db"}}, e, `its tag env is out of the declared scope`},
		{"a tag that it lacks", settings.Scope{ExcludeTags: map[string]string{"owner": "*"}}, e, ""},
		{"tags of an endpoint without state", settings.Scope{IncludeTags: map[string]string{"env": "prod"}}, declared, ""},
	}
	for _, test := range tests {
		if got := test.scope.LeavesOut(test.endpoint); got != test.want {
			t.Errorf("%s: LeavesOut = %q, want %q", test.name, got, test.want)
		}
	}
}

func TestGlobsThatMatchNoEndpointAreNamed(t *testing.T) {
	s := settings.Scope{
		IncludeProjects: []string{"shop", "blgo"}, ExcludeModules: []string{"module.shop", "module.x*"},
		IncludeAccounts: []string{"1*", "2*"}, IncludeTags: map[string]string{"env": "prod", "team": "x"},
	}
	endpoints := []exposure.Endpoint{
		{ResourceAddress: "module.shop.aws_lb.web", Project: "shop", Identity: exposure.Identity{Cloud: "aws", Account: "111122223333"}, Tags: map[string]string{"env": "prod"}},
	}
	want := []string{`scope.exclude_modules "module.x*"`, `scope.include_accounts "2*"`, `scope.include_projects "blgo"`, `scope.include_tags team = "x"`}
	if diff := cmp.Diff(want, s.Unmatched(endpoints)); diff != "" {
		t.Errorf("Unmatched (-want +got):\n%s", diff)
	}
}
