using Freshet.Cli.Output;

namespace Freshet.Tests.Experiments.Studies;

public sealed class StudyTextTests
{
    [Fact]
    public void Admission_is_a_line_a_variant_with_marks_where_a_difference_is_sure()
    {
        string text = StudyText.Of(StudyReports.Admission());

        Assert.Equal(
            """

            Study of admission: scene 's', model 'lr', increments restart from the day's base, arms 15m.
            Judged: click 300 of 1,000 impressions. + or -: better or worse than 'none', the whole 95 % interval over users.

              variant  click AUC  GAUC       NE   rows   not 0  memory  training
              ------------------------------------------------------------------
              none       0.7000      -  0.9000   4,321  50.0 %  7.0 MB     6.5 s
              hard       0.7200+     -  0.9000-  4,321  50.0 %  7.0 MB     6.5 s
            Took 2.0 s and 3 MB.

            """,
            text, ignoreLineEndingDifferences: true);
    }

    [Fact]
    public void Frequency_is_a_line_an_arm_and_task()
    {
        string text = StudyText.Of(StudyReports.Frequency());

        Assert.Equal(
            """

            Study of frequency: scene 's', model 'lr', increments restart from the day's base, arms 15m.
            Metrics: mean and variance over 2 days. Delay: age of the newest sample that the model had learnt when an impression was shown.

              arm     task     AUC  variance  GAUC  variance      NE  variance  delay mean    50 %   95 %  models  training  samples   rows   not 0  memory
              ---------------------------------------------------------------------------------------------------------------------------------------------
              daily  click  0.7100    2.5e-1     -         -  0.9100         -        90 s  10 min  2.0 h       5     6.5 s   12,345  4,321  50.0 %  7.0 MB
              15m    click  0.7300    2.5e-1     -         -  0.9100         -        90 s  10 min  2.0 h       5     6.5 s   12,345  4,321  50.0 %  7.0 MB
            Took 2.0 s and 3 MB.

            """,
            text, ignoreLineEndingDifferences: true);
    }
}
