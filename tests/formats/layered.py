"""Small files of the WebAnno and UIMA family, written after the published rules."""

from __future__ import annotations

import json

_DKPRO = "de.tudarmstadt.ukp.dkpro.core.api"


def types(*rows: tuple[str, str, dict[str, str]]) -> bytes:
    """A type system: name, supertype, feature → range (with its element after a blank)."""
    found = []
    for name, parent, features in rows:
        inside = "".join(
            f"<featureDescription><name>{feature}</name><description/>"
            f"<rangeTypeName>{kind.split()[0]}</rangeTypeName>"
            + "".join(f"<elementType>{e}</elementType>" for e in kind.split()[1:2])
            + "".join(
                f"<multipleReferencesAllowed>{e}</multipleReferencesAllowed>"
                for e in kind.split()[2:]
            )
            + "</featureDescription>"
            for feature, kind in features.items()
        )
        found.append(
            f"<typeDescription><name>{name}</name><supertypeName>{parent}</supertypeName>"
            f"<features>{inside}</features></typeDescription>"
        )
    return (
        '<typeSystemDescription xmlns="http://uima.apache.org/resourceSpecifier"><types>'
        f"{''.join(found)}</types></typeSystemDescription>"
    ).encode()


NAMED = f"{_DKPRO}.ner.type.NamedEntity"
TOKEN = f"{_DKPRO}.segmentation.type.Token"
COREF = f"{_DKPRO}.coref.type.Coreference"
STRING = "uima.cas.String"

CAS_TYPES = types(
    (NAMED, "uima.tcas.Annotation", {"value": STRING, "identifier": STRING}),
    (TOKEN, "uima.tcas.Annotation", {}),
    (f"{_DKPRO}.syntax.type.dependency.Dependency", "uima.tcas.Annotation",
     {"Governor": TOKEN, "Dependent": TOKEN, "DependencyType": STRING}),
    (f"{COREF}Link", "uima.tcas.Annotation",
     {"next": f"{COREF}Link", "referenceType": STRING, "referenceRelation": STRING}),
    (f"{COREF}Chain", "uima.cas.AnnotationBase", {"first": f"{COREF}Link"}),
    ("webanno.custom.Frame", "uima.tcas.Annotation",
     {"roles": "uima.cas.FSArray webanno.custom.RoleLink", "tags": "uima.cas.StringArray",
      "score": "uima.cas.Double", "sure": "uima.cas.Boolean", "n": "uima.cas.Integer"}),
    ("webanno.custom.RoleLink", "uima.cas.TOP", {"role": STRING, "target": NAMED}),
)  # fmt: skip

_SPACES = " ".join(
    f'xmlns:{prefix}="http:///{path}.ecore"'
    for prefix, path in (
        ("cas", "uima/cas"), ("tcas", "uima/tcas"), ("custom", "webanno/custom"),
        ("ner", "de/tudarmstadt/ukp/dkpro/core/api/ner/type"),
        ("seg", "de/tudarmstadt/ukp/dkpro/core/api/segmentation/type"),
        ("dep", "de/tudarmstadt/ukp/dkpro/core/api/syntax/type/dependency"),
        ("coref", "de/tudarmstadt/ukp/dkpro/core/api/coref/type"),
        ("none", "uima/noNamespace"),
    )
)  # fmt: skip


def xmi(inside: str) -> bytes:
    """An XMI file with these elements, ids from 2 on; the sofa is 1: "😀 Bob saw Ann. He left."."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><xmi:XMI xmlns:xmi="http://www.omg.org/XMI" '
        f'{_SPACES} xmi:version="2.0"><cas:NULL xmi:id="0"/>{inside}<cas:Sofa xmi:id="1" '
        'sofaNum="1" sofaID="_InitialView" sofaString="😀 Bob saw Ann.&#13;&#10;He left."/>'
        "</xmi:XMI>"
    ).encode()


MARKS = """
<tcas:DocumentAnnotation xmi:id="2" sofa="1" begin="0" end="26" language="en"/>
<seg:Token xmi:id="3" sofa="1" begin="3" end="6"/>
<seg:Token xmi:id="4" sofa="1" begin="7" end="10"/>
<ner:NamedEntity xmi:id="5" sofa="1" begin="3" end="6" value="PER"/>
<ner:NamedEntity xmi:id="6" sofa="1" begin="11" end="14" value="PER" identifier="Q1"/>
<dep:Dependency xmi:id="7" sofa="1" begin="3" end="6" Governor="4" Dependent="3"
  DependencyType="nsubj"/>
<coref:CoreferenceLink xmi:id="8" sofa="1" begin="3" end="6" next="9" referenceRelation="ana"/>
<coref:CoreferenceLink xmi:id="9" sofa="1" begin="17" end="19" referenceType="pr"/>
<coref:CoreferenceChain xmi:id="10" sofa="1" first="8"/>
<custom:RoleLink xmi:id="11" role="seer" target="5"/>
<custom:RoleLink xmi:id="12" target="6"/>
<custom:Frame xmi:id="13" sofa="1" begin="7" end="10" roles="11 12" score="0.5" sure="true" n="3">
<tags>a</tags><tags>b</tags></custom:Frame>
<cas:View sofa="1" members="2 3 4 5 6 7 8 9 10 13"/>
"""
CAS_XMI = xmi(MARKS)

CAS = {
    "%TYPES": {
        NAMED: {"%NAME": NAMED, "%SUPER_TYPE": "uima.tcas.Annotation",
                "value": {"%NAME": "value", "%RANGE": "uima.cas.String"}},
        "webanno.custom.Frame": {
            "%NAME": "webanno.custom.Frame", "%SUPER_TYPE": "uima.tcas.Annotation",
            "roles": {"%NAME": "roles", "%RANGE": "webanno.custom.RoleLink[]"},
        },
        "webanno.custom.RoleLink": {
            "%NAME": "webanno.custom.RoleLink", "%SUPER_TYPE": "uima.cas.TOP",
            "role": {"%NAME": "role", "%RANGE": "uima.cas.String"},
            "target": {"%NAME": "target", "%RANGE": NAMED},
        },
    },
    "%FEATURE_STRUCTURES": [
        {"%ID": 1, "%TYPE": "uima.cas.Sofa", "sofaNum": 1, "sofaID": "_InitialView",
         "sofaString": "😀 Bob saw Ann."},
        {"%ID": 2, "%TYPE": NAMED, "@sofa": 1, "begin": 3, "end": 6, "value": "PER"},
        {"%ID": 3, "%TYPE": NAMED, "@sofa": 1, "^begin": 11, "^end": 14, "#value": "NaN"},
        {"%ID": 4, "%TYPE": "webanno.custom.RoleLink", "role": "seer", "@target": 2},
        {"%ID": 5, "%TYPE": "webanno.custom.RoleLink[]", "%ELEMENTS": [4, None]},
        {"%ID": 6, "%TYPE": "webanno.custom.Frame", "@sofa": 1, "begin": 7, "end": 10,
         "@roles": 5, "note": None},
    ],
    "%VIEWS": {"_InitialView": {"%SOFA": 1, "%MEMBERS": [2, 3, 6]}},
}  # fmt: skip
CAS_JSON = json.dumps(CAS).encode()

WEBANNO = (
    "#FORMAT=WebAnno TSV 3.2\n"
    f"#T_SP={NAMED}|identifier|value\n"
    f"#T_SP=webanno.custom.Frame|ROLE_webanno.custom.Frame:roles_webanno.custom.RoleLink|{NAMED}\n"
    "#T_CH=webanno.custom.CorefLink|referenceRelation|referenceType\n"
    f"#T_RL=webanno.custom.Kin|kind|BT_{NAMED}\n"
    "\n\n"
    "#Text=😀 Bob Lee saw Ann.\n"
    "1-1\t0-2\t😀\t_\t_\t_\t_\t_\t_\t_\t_\t\n"
    "1-2\t3-6\tBob\t*[1]\tPER[1]\t_\t_\t*->1-1\tnam[1]\t_\t_\t\n"
    "1-3\t7-10\tLee\t*[1]|*[2]\tPER[1]|a\\|b\\_\\->\\[\\\\[2]\t_\t_\t*->1-1\tnam[1]\t_\t_\t\n"
    "1-4\t11-14\tsaw\t_\t_\tseer;seen\t1-2[1];1-5\t_\t_\t_\t_\t\n"
    "1-5\t15-18\tAnn\tQ\\;1\tPER\t_\t_\t_\t_\tfriend\t1-2[1_0]\t\n"
    "1-5.1\t15-16\tA\t_\t_\t_\t_\t_\t_\t_\t_\t\n"
    "1-6\t18-19\t.\t_\t_\t_\t_\t_\t_\t_\t_\t\n"
    "\n"
    "#Sentence.id=s2\n"
    "#Text=He left.\n"
    "2-1\t20-22\tHe\t_\t_\t_\t_\tana->1-2\tpr[1]\t_\t_\t\n"
    "2-2\t23-27\tleft\t_\t_\t_\t_\t_\t_\t_\t_\t\n"
    "2-3\t27-28\t.\t_\t_\t_\t_\t_\t_\t_\t_\t\n"
).encode()
