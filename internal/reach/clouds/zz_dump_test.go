package clouds_test
import ("testing";"os";"fmt"
"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/clouds"
"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/reachtest"
"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate")
func TestDump(t *testing.T){ f:=os.Getenv("DUMP"); if f=="" {t.Skip()}; d,_:=os.ReadFile(f); in,err:=tfstate.Parse(f,d); if err!=nil{t.Fatal(err)}; fmt.Println(reachtest.Render(reach.Analyze(in, clouds.All()...)))}
