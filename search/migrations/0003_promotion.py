
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('search', '0002_initial'),
        ('wagtailcore', '0097_baselogentry_uuid_action_timestamp_indexes'),
    ]

    operations = [
        migrations.CreateModel(
            name='Promotion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('words', models.CharField(help_text='Ce que les gens écrivent. Séparez plusieurs expressions par des virgules. Accents, pluriels, féminins et synonymes comptent d’eux-mêmes.', max_length=255, verbose_name='mots tapés')),
                ('match', models.CharField(choices=[('exact', 'Ces mots seuls'), ('parmi', 'Ces mots, seuls ou avec d’autres')], default='exact', help_text='« Ces mots seuls » : « stage » ne vaut pas pour « stage en cuisine ». L’ordre des mots ne compte pas.', max_length=8, verbose_name='quand')),
                ('effect', models.CharField(choices=[('premier', 'La montrer en premier'), ('dernier', 'La montrer en dernier'), ('cache', 'Ne pas la montrer')], default='premier', help_text='En premier, elle porte la mention « Choisi par l’équipe ».', max_length=8, verbose_name='que faire de la page')),
                ('rank', models.PositiveSmallIntegerField(default=1, help_text='Quand plusieurs pages sont choisies pour les mêmes mots : 1 vient d’abord.', verbose_name='rang')),
                ('starts_on', models.DateField(blank=True, help_text='Premier jour. Vide : dès maintenant.', null=True, verbose_name='du')),
                ('ends_on', models.DateField(blank=True, help_text='Dernier jour compris. Vide : sans fin.', null=True, verbose_name='au')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='modifié le')),
                ('page', models.ForeignKey(help_text='Une page de l’un des trois sites. Celle d’un autre site vient en tête de « Aussi sur… ». Une page dépubliée ou privée n’est jamais montrée.', on_delete=django.db.models.deletion.CASCADE, related_name='+', to='wagtailcore.page', verbose_name='page')),
                ('site', models.ForeignKey(help_text='Le site où les gens cherchent.', on_delete=django.db.models.deletion.CASCADE, related_name='+', to='wagtailcore.site', verbose_name='site')),
            ],
            options={
                'verbose_name': 'mise en avant',
                'verbose_name_plural': 'mises en avant',
                'ordering': ['words', 'rank', 'pk'],
            },
        ),
    ]
