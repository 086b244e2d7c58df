import pytest
from tests.gui.program_fixture import *
from annotator.gui.dialogs.projects import ProjectsDialog
from annotator.gui.dialogs.exports import ExportDialog
@pytest.mark.parametrize("n", range(25))
@pytest.mark.parametrize("k", range(4))
def test_x(start, n, k):
    p = start(template="many").opened()
    if k == 1:
        p.do("project"); d = p.dialog(ProjectsDialog)
    if k == 2:
        p.do("export"); d = p.dialog(ExportDialog)
    if k == 3:
        p.open_project("Texts")
        p.tag
    assert k == 9
