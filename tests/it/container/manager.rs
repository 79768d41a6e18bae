//! Package managers at work: npm with its registry, nuget with a feed of the test's own.

use super::harness::*;
use super::package::{forget, with};
use crate::docker::harness::build_on;
use crate::harness::expect_stdout;
use crate::need::needs;
use runcell::file::GuestPath;
use runcell::service::BackendChoice;

#[test]
fn npm_installs_for_node() {
    needs!(ENGINE, LANGUAGES);
    forget("npm: is-odd@3.0.1");
    let code = "console.log(require('is-odd')(7), require('is-number')('x'));";
    expect_stdout(&run(with("node", code, &["is-odd@3.0.1"])), "true false\n");
    let mut module = with("node", "import isOdd from 'is-odd'; console.log(isOdd(8));", &["is-odd@3.0.1"]);
    module.code_name = Some(GuestPath::new("main.mjs").unwrap());
    expect_stdout(&run(module), "false\n");
}

#[test]
fn npm_says_what_does_not_exist() {
    needs!(ENGINE, LANGUAGES);
    let error = try_run(with("node", "", &["runcell-has-no-such-package@1.0.0"])).expect_err("there is none");
    assert!(error.to_string().contains("runcell-has-no-such-package"), "{error}");
}

const LIBRARY: &str = "namespace Greeter { public class Hello { public static string To(string who) { \
                       return \"hello, \" + who; } } }";

/// Writes a package as the feed has it: a zip with a manifest and the library.
const PACK: &str = r#"
import zipfile
manifest = """<?xml version="1.0"?><package xmlns="http://schemas.microsoft.com/packaging/2010/07/nuspec.xsd"><metadata>
<id>Greeter</id><version>1.2.0</version><authors>a</authors><description>d</description></metadata></package>"""
types = """<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="nuspec" ContentType="application/octet"/><Default Extension="dll" ContentType="application/octet"/></Types>"""
links = """<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Type="http://schemas.microsoft.com/packaging/2010/07/manifest" Target="/Greeter.nuspec" Id="R1"/></Relationships>"""
with zipfile.ZipFile("/feed/Greeter.1.2.0.nupkg", "w") as package:
    package.writestr("[Content_Types].xml", types)
    package.writestr("_rels/.rels", links)
    package.writestr("Greeter.nuspec", manifest)
    package.write("/feed/Greeter.dll", "lib/net45/Greeter.dll")
"#;

const FEED: &str = r#"<?xml version="1.0"?><configuration><packageSources><clear/><add key="own" value="/feed"/>
</packageSources></configuration>"#;

#[test]
fn nuget_installs_for_csharp() {
    needs!(ENGINE, LANGUAGES);
    let files = [("Greeter.cs", LIBRARY, 0o644), ("pack.py", PACK, 0o644), ("NuGet.Config", FEED, 0o644)];
    let steps = "COPY Greeter.cs pack.py /feed/\nRUN mcs -target:library -out:/feed/Greeter.dll /feed/Greeter.cs && \
                 python3 /feed/pack.py\nCOPY NuGet.Config /root/.config/NuGet/NuGet.Config\n\
                 COPY NuGet.Config /root/.nuget/NuGet/NuGet.Config";
    let base = build_on(image(), "feed", steps, &files);
    let code = "class P { static void Main(string[] a) { System.Console.WriteLine(Greeter.Hello.To(a[0])); } }";
    let mut request = with("csharp", code, &["Greeter@1.2.0"]);
    (request.image, request.args) = (Some(base.clone()), vec!["cell".to_owned()]);
    request.backend = BackendChoice::Container;
    expect_stdout(&run(request), "hello, cell\n");
    let mut absent = with("csharp", code, &["Greeter@9.9.9"]);
    absent.image = Some(base);
    let error = try_run(absent).expect_err("there is none").to_string();
    assert!(error.contains("Greeter"), "{error}");
}
